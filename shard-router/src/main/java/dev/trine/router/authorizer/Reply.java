package dev.trine.router.authorizer;

import java.time.Duration;

/** What came of a question to the external authorizer. */
sealed interface Reply {
    /** How long it holds for the same question. */
    Duration holdsFor();

    /**
     * It decided.
     *
     * @param allowed  whether it may be done
     * @param reason   why not, for the user; may be empty
     * @param holdsFor how long
     */
    record Decided(boolean allowed, String reason, Duration holdsFor) implements Reply {
    }

    /** It did not, for that reason. */
    record Failed(String why) implements Reply {
        @Override
        public Duration holdsFor() {
            return Duration.ZERO;
        }
    }
}
