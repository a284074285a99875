package dev.trine.common.relay;

/** The answer to the question who presents a credential. */
public sealed interface Identified {
    /** This user. */
    record Known(User user) implements Identified {
    }

    /** Nobody: the credential is unknown, revoked or expired, or its user is disabled. */
    record Nobody() implements Identified {
    }

    /** It cannot be told now; one sentence says why. */
    record Unavailable(String why) implements Identified {
    }
}
