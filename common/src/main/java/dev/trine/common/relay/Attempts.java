package dev.trine.common.relay;

import dev.trine.common.model.NodeId;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Tries one node after the other for an exchange. A node that has refused, or was not there, is avoided, and the router
 * asked again, a bounded number of times, after pauses that grow. Called by many threads; each call blocks until the
 * exchange is over.
 *
 * @param max nodes that are tried for one exchange, the first included
 */
record Attempts(RouterClient router, int max) {
    private static final Duration PAUSE = Duration.ofMillis(50);

    /** What is done with a node. */
    interface Attempt {
        End at(Route route) throws IOException, InterruptedException;
    }

    /** How one attempt ended. */
    sealed interface End {
        /** The exchange is over. */
        record Final(Relayed outcome) implements End {
        }

        /** The node refused, or was not there, before the client was told anything: another may serve. */
        record TryAnother(Refusal why) implements End {
        }
    }

    /** Tries until one attempt is final, the router names no node, or there were enough. */
    Relayed run(GitExchange exchange, Attempt attempt) throws IOException, InterruptedException {
        Set<NodeId> avoid = new LinkedHashSet<>();
        for (int number = 1;; number++) {
            switch (router.route(exchange, avoid)) {
                case Routed.Refused refused -> {
                    return new Relayed.Refused(refused.why());
                }
                case Routed.Beyond beyond -> {
                    return new Relayed.Beyond(beyond.upstream());
                }
                case Routed.To to -> {
                    switch (attempt.at(to.route())) {
                        case End.Final end -> {
                            return end.outcome();
                        }
                        case End.TryAnother another -> {
                            if (number == max) {
                                return new Relayed.Refused(another.why());
                            }
                        }
                    }
                    avoid.add(to.route().node());
                }
            }
            Thread.sleep(PAUSE.multipliedBy(number));
        }
    }

    /** What a relay throws when its thread was interrupted, which it still is then. */
    static InterruptedIOException brokenOff() {
        Thread.currentThread().interrupt();
        return new InterruptedIOException("the exchange was broken off");
    }
}
