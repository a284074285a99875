package dev.trine.server.replica;

import java.time.Duration;
import java.util.concurrent.Callable;

/** How long something takes at best: on a machine that is busy with other things, one measurement tells little. */
final class Shortest {
    private static final int TIMES_MAX = 6;

    private Shortest() {
    }

    /** Measures again and again until it was short enough once, but not for ever; returns the shortest. */
    static Duration of(Duration enough, Callable<Duration> measure) throws Exception {
        Duration shortest = measure.call();
        for (int times = 1; times < TIMES_MAX && shortest.compareTo(enough) >= 0; times++) {
            Duration next = measure.call();
            shortest = next.compareTo(shortest) < 0 ? next : shortest;
        }
        return shortest;
    }
}
