package dev.trine.lab.history;

/**
 * One operation of one client. Times are only compared: one operation precedes another if it ended before the other
 * began.
 *
 * @param client who, for people
 * @param action what
 * @param start  when it began
 * @param end    when its outcome was known, after the start; {@link #NEVER}: only for a push whose outcome is unknown,
 *               it may take effect at any time after its start, or never
 */
public record Operation(String client, Action action, long start, long end) {
    /** The end of a push whose outcome nobody knows. */
    public static final long NEVER = Long.MAX_VALUE;

    public Operation {
        if (start > end) {
            throw new IllegalArgumentException("ends before it begins: " + client + " " + action);
        }
        if (end == NEVER && !(action instanceof Action.Push)) {
            throw new IllegalArgumentException("only a push may have an unknown outcome: " + client + " " + action);
        }
    }

    /** Whether the client knows that it took effect. */
    public boolean isCertain() {
        return end != NEVER;
    }

    @Override
    public String toString() {
        return client + " [" + start + ".." + (isCertain() ? Long.toString(end) : "?") + "] " + action
            + (isCertain() ? "" : ", outcome unknown");
    }
}
