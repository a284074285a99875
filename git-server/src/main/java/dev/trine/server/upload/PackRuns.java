package dev.trine.server.upload;

import java.util.Arrays;

/** By how much entries that are copied from one pack into another move: the same for all of a run. */
final class PackRuns {
    private long[] starts = new long[64];
    private long[] shifts = new long[64];
    private int count;

    /** An entry is copied; called in the order of the entries. */
    void copied(long from, long to) {
        long shift = to - from;
        if (count > 0 && shifts[count - 1] == shift) {
            return;
        }
        if (count == starts.length) {
            starts = Arrays.copyOf(starts, 2 * count);
            shifts = Arrays.copyOf(shifts, 2 * count);
        }
        starts[count] = from;
        shifts[count] = shift;
        count++;
    }

    /** Where an entry was copied to. */
    long target(long from) {
        int run = Arrays.binarySearch(starts, 0, count, from);
        return from + shifts[run >= 0 ? run : -run - 2];
    }
}
