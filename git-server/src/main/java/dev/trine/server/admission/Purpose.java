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
            case OF_LANE -> "you have " + limits.waitingOfLane() + " requests waiting at this node already, its limit for"
                + " one user (work.user-queue-max); let some of them finish, then try again";
            case OF_ALL -> limits.waiting() + " requests wait at this node already, its limit (work.queue-max); try"
                + " again in a few minutes";
        };
    }

    /** The wait was too long. */
    String tooLong(Duration waitMax, QueueLimits limits) {
        return "no turn came free within " + Durations.format(waitMax) + ", the longest wait at this node ("
            + waitSetting + "); it has " + limits.running() + " turns for " + what + " (" + turnsSetting
            + "); try again in a few minutes";
    }
}
