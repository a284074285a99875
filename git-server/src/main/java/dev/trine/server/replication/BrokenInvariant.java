package dev.trine.server.replication;

import java.util.Arrays;

/** Two facts contradict each other that never may: disk or peer is corrupt, or there is a defect. Never caught here. */
public final class BrokenInvariant extends RuntimeException {
    BrokenInvariant(String what) {
        super(what);
    }

    static void check(boolean holds, String invariant, Object... facts) {
        if (!holds) {
            throw new BrokenInvariant("broken: " + invariant + ", facts: " + Arrays.toString(facts));
        }
    }
}
