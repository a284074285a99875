package dev.trine.lab.sim;

import java.util.ArrayList;
import java.util.List;

/** How often each fault happened. */
public final class FaultCounts {
    private final long[] counts = new long[Fault.values().length];

    void happened(Fault fault) {
        counts[fault.ordinal()]++;
    }

    void add(FaultCounts other) {
        for (int i = 0; i < counts.length; i++) {
            counts[i] += other.counts[i];
        }
    }

    /** How often that one happened. */
    public long of(Fault fault) {
        return counts[fault.ordinal()];
    }

    /** How often any happened. */
    public long sum() {
        long sum = 0;
        for (long count : counts) {
            sum += count;
        }
        return sum;
    }

    /** Those that never happened. */
    public List<Fault> missing() {
        List<Fault> missing = new ArrayList<>();
        for (Fault fault : Fault.values()) {
            if (of(fault) == 0) {
                missing.add(fault);
            }
        }
        return missing;
    }
}
