package dev.trine.common.model;

import java.util.Comparator;

/**
 * Names one log entry for ever: its version and the epoch that created it. Ordered as logs are ranked, by epoch, then
 * version (docs/PROTOCOL.md). {@link #START} is the place before the first entry.
 */
public record Position(long version, Epoch epoch) implements Comparable<Position> {
    /** Before the first entry of every log. */
    public static final Position START = new Position(0, Epoch.NULL);

    private static final Comparator<Position> RANK =
        Comparator.comparing(Position::epoch).thenComparingLong(Position::version);

    public Position {
        if (version < 0) {
            throw new IllegalArgumentException("not a log version: " + version);
        }
    }

    public static Position max(Position a, Position b) {
        return a.compareTo(b) < 0 ? b : a;
    }

    @Override
    public int compareTo(Position other) {
        return RANK.compare(this, other);
    }

    @Override
    public String toString() {
        return version + "@" + epoch;
    }
}
