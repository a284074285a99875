package dev.trine.deploy.chaos;

import java.time.Duration;
import java.util.Set;

/**
 * What a run is asked for.
 *
 * @param seed    decides which faults come when, and what clients do
 * @param length  how long clients work
 * @param clients how many there are
 * @param pause   mean time between two operations of a client
 * @param kinds   the faults to inject
 * @param command that asks for the same
 */
record ChaosSettings(long seed, Duration length, int clients, Duration pause, Set<FaultKind> kinds,
                     String command) {
    /** Operations that all clients together begin in a second: what four processors carry beside the cluster. */
    private static final int PER_SECOND = 12;

    /** The pause with which so many clients leave the machine some room. */
    static Duration pauseFor(int clients) {
        return Duration.ofMillis(clients * 1000L / PER_SECOND);
    }
}
