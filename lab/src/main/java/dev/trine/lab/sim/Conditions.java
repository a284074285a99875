package dev.trine.lab.sim;

import dev.trine.server.replication.Timeouts;
import java.util.SplittableRandom;

/**
 * How bad the world of one run is: drawn from its seed, so that some runs have one kind of trouble only and others all.
 *
 * @param loss       share of messages and transfers that are lost
 * @param crashes    share of steps in which the node dies
 * @param slowest    longest usual delay of a message, in milliseconds
 * @param timeouts   of the nodes
 * @param hasty      whether locks change hands and faults come all the time
 * @param kinds      which kinds of faults come from outside, as bits by {@link FaultPlan.Kind}
 * @param clients    how many push and read at once
 */
record Conditions(double loss, double crashes, long slowest, Timeouts timeouts, boolean hasty, int kinds, int clients) {
    /** As in production, but with short logs and messages. */
    private static final Timeouts PATIENT =
        new Timeouts(200, 5_000, 400, 200, 20, 180, 2_000, 1_000, 3_500, 10_000, 2_000, 10_000, 4, 4_096, 3);
    /** Locks change hands all the time. */
    private static final Timeouts HASTY =
        new Timeouts(30, 120, 80, 60, 5, 40, 200, 150, 2_000, 3_000, 400, 10_000, 4, 4_096, 1);

    /** No trouble, and the timeouts of production. */
    static Conditions calm() {
        return new Conditions(0, 0, 5, Timeouts.DEFAULT, false, 0, 0);
    }

    static Conditions of(SplittableRandom random) {
        double loss = random.nextInt(3) == 0 ? 0 : random.nextDouble() * 0.2;
        double crashes = random.nextInt(3) == 0 ? 0 : random.nextDouble() * (random.nextInt(4) == 0 ? 0.03 : 0.006);
        long slowest = 1 + random.nextLong(random.nextInt(4) == 0 ? 600 : 40);
        boolean hasty = random.nextBoolean();
        int kinds = random.nextInt(4) == 0 ? random.nextInt() & random.nextInt() : random.nextInt();
        return new Conditions(loss, crashes, slowest, hasty ? HASTY : PATIENT, hasty, kinds, 2 + random.nextInt(4));
    }
}
