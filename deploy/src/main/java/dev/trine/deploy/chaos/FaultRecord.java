package dev.trine.deploy.chaos;

import java.time.Duration;

/**
 * A fault that was injected.
 *
 * @param entry  as planned
 * @param begun  since the run's start
 * @param healed when it was ended and the processes were ready again
 * @param effect what it did, in a few words
 * @param fired  whether it really did something
 */
record FaultRecord(Schedule.Entry entry, Duration begun, Duration healed, String effect, boolean fired) {
    FaultKind kind() {
        return entry.fault().kind();
    }
}
