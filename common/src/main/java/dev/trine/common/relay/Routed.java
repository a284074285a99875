package dev.trine.common.relay;

/** The router's decision about one Git operation. */
sealed interface Routed {
    /** It goes there. */
    record To(Route route) implements Routed {
    }

    /** It goes to an upstream. */
    record Beyond(Upstream upstream) implements Routed {
    }

    /** It goes nowhere. */
    record Refused(Refusal why) implements Routed {
    }
}
