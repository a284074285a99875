package dev.trine.server.receive;

import dev.trine.common.model.PushId;
import dev.trine.server.hosting.GitCall;
import java.util.Optional;

/** Whether a push may have been tried before, and how its tries are told apart from other pushes. */
sealed interface Identity {
    /** Nobody has seen it before. */
    record Fresh() implements Identity {
    }

    /** The proxy sent it to another node, which broke off; nothing is known of how far that node came. */
    record Resent(PushId id) implements Identity {
    }

    /** The client named it. It takes effect wholly or not at all, so that a later try can tell. */
    record Named(PushId id) implements Identity {
    }

    /** The identity of the push that a call brings. */
    static Identity of(GitCall call, PushRequest request) {
        if (request.token().isPresent()) {
            return new Named(request.token().get().idFor(call.repo(), call.caller().user()));
        }
        Optional<GitCall.Push> known = call.push().filter(GitCall.Push::sentBefore);
        return known.isPresent() ? new Resent(known.get().id()) : new Fresh();
    }
}
