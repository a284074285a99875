package dev.trine.common.relay;

import dev.trine.proto.GitDeed;
import java.util.Optional;

/** How an exchange ended. */
public sealed interface Relayed {
    /**
     * A node served it.
     *
     * @param exit exit status of Git's program on the node; 0: success
     * @param deed what it did; empty: the node does not say
     */
    record Served(int exit, Optional<GitDeed> deed) implements Relayed {
        /** It was served by a node that does not say what it did. */
        public Served(int exit) {
            this(exit, Optional.empty());
        }
    }

    /** It was not served, and nothing was sent to the client. */
    record Refused(Refusal why) implements Relayed {
    }

    /** An upstream serves it, to which the front door has to carry it itself, watched; nothing was read or sent. */
    record Beyond(Upstream upstream) implements Relayed {
    }

    /** It broke off after something was sent to the client; one sentence says why. */
    record Broken(String why) implements Relayed {
    }
}
