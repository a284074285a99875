package dev.trine.router.answer;

/** Why something was not done: a reason for programs, and one sentence, the fact and the remedy, for people. */
public record Refusal(Reason reason, String text) {
    /** The reasons. */
    public enum Reason {
        /** No such thing, or the caller may not know that it exists. */
        NOT_FOUND,
        /** The caller may know of it, but may not do that. */
        FORBIDDEN,
        /** The name, path or key is taken. */
        TAKEN,
        /** The request makes no sense as it is. */
        MALFORMED,
        /** The thing is in a state that does not allow it. */
        WRONG_STATE,
        /** The metadata database, or too many nodes, cannot be reached; the same request may work later. */
        AWAY
    }

    public static Refusal notFound(String text) {
        return new Refusal(Reason.NOT_FOUND, text);
    }

    public static Refusal forbidden(String text) {
        return new Refusal(Reason.FORBIDDEN, text);
    }

    public static Refusal malformed(String text) {
        return new Refusal(Reason.MALFORMED, text);
    }

    public static Refusal taken(String text) {
        return new Refusal(Reason.TAKEN, text);
    }

    public static Refusal away(String text) {
        return new Refusal(Reason.AWAY, text);
    }
}
