package dev.trine.router.authorizer;

import dev.trine.router.answer.Answer;
import dev.trine.router.metadata.Scope;

/**
 * Who may forbid what Trine allows. It is asked last, when Trine's own decision is made, so it can only take away. May
 * block, for a bounded time. Any thread.
 */
public interface Authorizer extends AutoCloseable {
    /** For a cluster that has none: it forbids nothing. */
    Authorizer NONE = new Authorizer() {
        @Override
        public <T> Answer<T> unlessForbidden(T allowed, Asker asker, Scope path, Act act) {
            return Answer.of(allowed);
        }

        @Override
        public String state() {
            return "";
        }

        @Override
        public void close() {
            // there is nothing to close
        }
    };

    /** What is allowed, unless the authorizer forbids it, or its failure does. */
    <T> Answer<T> unlessForbidden(T allowed, Asker asker, Scope path, Act act);

    /** "ok", or why it does not answer; empty: there is none. */
    String state();

    @Override
    void close();
}
