package dev.trine.common.model;

import java.util.Comparator;

/**
 * The term of one lock holder, ordered by generation, then counter, then slot. The slot, the contender's index among
 * the members, makes epochs of two contenders differ. {@link #NULL} lies below every other.
 */
public record Epoch(long generation, long counter, int slot) implements Comparable<Epoch> {
    /** The epoch of no holder. */
    public static final Epoch NULL = new Epoch(0, 0, 0);

    private static final Comparator<Epoch> ORDER =
        Comparator.comparingLong(Epoch::generation).thenComparingLong(Epoch::counter).thenComparingInt(Epoch::slot);

    public Epoch {
        if (generation < 0 || counter < 0 || slot < 0 || slot > 2) {
            throw new IllegalArgumentException("not an epoch: " + generation + "." + counter + "." + slot);
        }
    }

    public boolean isBefore(Epoch other) {
        return compareTo(other) < 0;
    }

    public boolean isAfter(Epoch other) {
        return compareTo(other) > 0;
    }

    public static Epoch max(Epoch a, Epoch b) {
        return a.isBefore(b) ? b : a;
    }

    @Override
    public int compareTo(Epoch other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return generation + "." + counter + "." + slot;
    }
}
