package dev.trine.lab.sim;

import java.util.Map;
import java.util.Optional;

/**
 * What one run came to.
 *
 * @param seed        of the run
 * @param events      that happened
 * @param fingerprint of everything that became durable, in its order: the same for every run of the seed
 * @param faults      that happened
 * @param outcomes    of the clients' operations
 * @param failure     what was wrong; empty: nothing
 */
public record SeedResult(long seed, long events, long fingerprint, FaultCounts faults, Map<Outcome, Long> outcomes,
                         Optional<Failure> failure) {
    /**
     * An invariant that did not hold.
     *
     * @param what     which, and the facts
     * @param atMillis virtual time
     * @param trace    the last lines before it
     */
    public record Failure(String what, long atMillis, String trace) {
    }
}
