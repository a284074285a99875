package dev.trine.server.admission;

import dev.trine.common.config.Default;
import dev.trine.common.live.LiveSettings;
import dev.trine.common.live.Overlay;
import java.time.Duration;
import java.util.stream.IntStream;

/**
 * How much of what costs a node much goes on at once, and who may wait for it.
 *
 * @param packsMax         packs made at once that nobody was sent before; 0: as many as two for each processor, and one
 *                         for 64 MiB of heap
 * @param pushesMax        received packs worked through at once; 0: as for packs
 * @param userMax          turns of one user, of either kind; 0: three quarters of all, so that others always get one
 * @param repositoryMax    turns in one repository; 0: three quarters
 * @param addressMax       turns for one network address; 0: three quarters
 * @param queueMax         who may wait, in all, for either kind
 * @param userQueueMax     who may wait, of one user
 * @param waitMax          longest wait
 * @param peopleWeight     share of turns that users get while others wait, too
 * @param automationWeight share of deploy keys and tokens that act for themselves
 * @param anonymousWeight  share of those who did not sign in
 */
public record WorkSettings(@Default("0") int packsMax, @Default("0") int pushesMax, @Default("0") int userMax,
                           @Default("0") int repositoryMax, @Default("0") int addressMax,
                           @Default("1000") int queueMax, @Default("100") int userQueueMax,
                           @Default("5m") Duration waitMax, @Default("4") int peopleWeight,
                           @Default("2") int automationWeight, @Default("1") int anonymousWeight) {
    /** What a node has unless told otherwise. */
    public static final WorkSettings DEFAULT =
        new WorkSettings(0, 0, 0, 0, 0, 1000, 100, Duration.ofMinutes(5), 4, 2, 1);
    private static final long HEAP_BYTES_PER_TURN = 64L << 20;
    private static final int TURNS_MIN = 2;

    public WorkSettings {
        if (IntStream.of(packsMax, pushesMax, userMax, repositoryMax, addressMax, queueMax, userQueueMax).min()
            .orElseThrow() < 0) {
            throw new IllegalArgumentException("every bound of work is at least 0");
        }
        if (!waitMax.isPositive()) {
            throw new IllegalArgumentException("wait-max is longer than 0s");
        }
        IntStream weights = IntStream.of(peopleWeight, automationWeight, anonymousWeight);
        if (!weights.allMatch(weight -> weight >= 1 && weight <= Weights.MAX)) {
            throw new IllegalArgumentException("a weight is 1 to " + Weights.MAX);
        }
    }

    /** These settings, but for those that are set live. */
    public WorkSettings with(Overlay live) {
        return new WorkSettings(live.get(LiveSettings.PACKS_MAX, packsMax),
            live.get(LiveSettings.PUSHES_MAX, pushesMax), live.get(LiveSettings.WORK_USER_MAX, userMax),
            repositoryMax, addressMax, live.get(LiveSettings.QUEUE_MAX, queueMax), userQueueMax,
            live.get(LiveSettings.WAIT_MAX, waitMax),
            peopleWeight, automationWeight, anonymousWeight);
    }

    /** How many turns a machine has, unless that is set. */
    static int turns(int set, int processors, long heapBytes) {
        return set > 0 ? set
            : (int) Math.max(TURNS_MIN, Math.min(2L * processors, heapBytes / HEAP_BYTES_PER_TURN));
    }

    /** The bounds of a queue with so many turns. */
    QueueLimits limits(int turns) {
        return new QueueLimits(turns, part(userMax, turns), part(repositoryMax, turns), part(addressMax, turns),
            queueMax, userQueueMax, new Weights(peopleWeight, automationWeight, anonymousWeight));
    }

    private static int part(int set, int turns) {
        return set > 0 ? set : Math.max(1, 3 * turns / 4);
    }
}
