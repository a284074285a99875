package dev.trine.server.receive;

import dev.trine.common.config.ByteSize;
import dev.trine.common.config.Default;

/**
 * What a push may contain and which of Git's optional rules hold.
 *
 * @param commandsMax         refs that one push may change
 * @param refsMax            refs that a repository may have after a push that adds some
 * @param shallowLinesMax     boundary commits that a shallow client may state
 * @param pushOptionsMax      push options, each at most one pkt-line long
 * @param requestMax          bytes of all commands and push options, the pack not counted
 * @param denyNonFastForwards refuse to move a branch to a commit that does not contain the old one
 * @param denyDeleteCurrent   refuse to delete the branch that HEAD names
 * @param receipt             when the client is told the version and the nodes that hold it
 */
public record ReceiveSettings(@Default("100000") int commandsMax, @Default("1000000") int refsMax,
                              @Default("100000") int shallowLinesMax, @Default("100") int pushOptionsMax,
                              @Default("64m") ByteSize requestMax, @Default("false") boolean denyNonFastForwards,
                              @Default("true") boolean denyDeleteCurrent, @Default("always") Receipt receipt) {
    public ReceiveSettings {
        if (commandsMax < 1 || refsMax < 1 || shallowLinesMax < 0 || pushOptionsMax < 0) {
            throw new IllegalArgumentException(
                "commands-max and refs-max must be at least 1, the other limits at least 0");
        }
    }

    /** Git's rules, and limits that no honest client meets. */
    public static ReceiveSettings defaults() {
        return new ReceiveSettings(100_000, 1_000_000, 100_000, 100, new ByteSize(64L << 20), false, true,
            Receipt.ALWAYS);
    }

    /**
     * When the receipt line is sent. A client says "quiet" for "git push --quiet" and equally when its standard error
     * is no terminal; the two cannot be told apart.
     */
    public enum Receipt {
        /** To each client that can show it. */
        ALWAYS,
        /** Unless the client says "quiet". */
        UNLESS_QUIET,
        /** To none. */
        NEVER
    }
}
