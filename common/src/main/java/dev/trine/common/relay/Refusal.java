package dev.trine.common.relay;

/**
 * Why a Git operation was not served. Nothing was sent to the client, and nothing was changed unless the sentence says
 * that a push may still take effect.
 *
 * @param kind for the front door, which knows how its protocol says it
 * @param why  one sentence for the user
 */
public record Refusal(Kind kind, String why) {
    /** The kinds of refusal. */
    public enum Kind {
        /** There is no such repository, or the user may not know that there is. */
        NOT_FOUND,
        /** The user may not do that. */
        DENIED,
        /** What the client named cannot be a repository. */
        MALFORMED,
        /** The cluster cannot serve it now; trying again later may help. */
        UNAVAILABLE,
        /** A limit was reached, which the sentence names. */
        OVER_LIMIT
    }
}
