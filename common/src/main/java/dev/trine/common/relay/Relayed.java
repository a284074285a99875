package dev.trine.common.relay;

/** How an exchange ended. */
public sealed interface Relayed {
    /**
     * A node served it.
     *
     * @param exit exit status of Git's program on the node; 0: success
     */
    record Served(int exit) implements Relayed {
    }

    /** It was not served, and nothing was sent to the client. */
    record Refused(Refusal why) implements Relayed {
    }

    /** It broke off after something was sent to the client; one sentence says why. */
    record Broken(String why) implements Relayed {
    }
}
