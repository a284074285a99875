package dev.trine.server.admission;

import dev.trine.common.config.Durations;
import java.time.Duration;

/**
 * What turns are for, and how they are set, for sentences to users.
 *
 * @param what         kind of work, as in "turns for making packs"
 * @param turnsSetting key of how many there are
 * @param waitSetting  key of how long one may wait
 */
record Purpose(String what, String turnsSetting, String waitSetting) {
    /** Nobody can wait any more. */
    String full(FairQueue.Bound bound, QueueLimits limits) {
        return switch (bound) {
            case OF_LANE -> "this node lets " + limits.waitingOfLane() + " requests of one user wait at once"
                + " (work.user-queue-max), and so many of yours do; let some finish, then try again";
            case OF_ALL -> "this node lets " + limits.waiting() + " requests wait at once (work.queue-max), and so many"
                + " do; try again in a few minutes";
        };
    }

    /** The wait was too long. */
    String tooLong(Duration waitMax, QueueLimits limits) {
        return "no turn came free within " + Durations.format(waitMax) + ", the longest wait at this node ("
            + waitSetting + "; turns for " + what + ": " + limits.running() + ", " + turnsSetting
            + "); try again in a few minutes";
    }
}
