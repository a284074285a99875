package dev.trine.common.relay;

import java.time.Duration;

/** The answer to a CI job that asks for an access token by a JWT. */
public sealed interface Exchanged {
    /**
     * It gets one.
     *
     * @param name   of the workload, under which the token acts
     * @param secret the token's text
     * @param life   how long it works
     */
    record Issued(String name, String secret, Duration life) implements Exchanged {
        @Override
        public String toString() {
            return "a token of " + name + " for " + life;
        }
    }

    /** It gets none. */
    record Refused(Refusal why) implements Exchanged {
    }
}
