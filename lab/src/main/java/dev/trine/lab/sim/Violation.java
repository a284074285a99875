package dev.trine.lab.sim;

import java.util.Arrays;

/** An invariant does not hold: what a run is made to find. */
public final class Violation extends RuntimeException {
    private static final long serialVersionUID = 1;

    Violation(String what) {
        super(what);
    }

    static void check(boolean holds, String invariant, Object... facts) {
        if (!holds) {
            throw new Violation(invariant + ": " + Arrays.toString(facts));
        }
    }
}
