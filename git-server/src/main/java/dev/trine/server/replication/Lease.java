package dev.trine.server.replication;

import dev.trine.common.model.Epoch;
import dev.trine.common.model.Member;
import dev.trine.common.model.ProbeAnswer;
import java.util.Optional;

/**
 * Whom this node keeps others away for, for a while of its own clock. For liveness only: it says who probably has the
 * lock, so that pushes go there instead of fighting for it.
 */
final class Lease {
    private Optional<ProbeAnswer.Lease> granted = Optional.empty();
    private long untilMillis;

    void grant(Member holder, Epoch epoch, long until) {
        granted = Optional.of(new ProbeAnswer.Lease(holder, epoch));
        untilMillis = until;
    }

    /** Another node has told of a lease; it counts unless a newer one is known. */
    void learn(Member holder, Epoch epoch, long until, long now) {
        if (current(now).filter(mine -> mine.epoch().isAfter(epoch)).isEmpty()) {
            grant(holder, epoch, until);
        }
    }

    /** Gives back the lease of that epoch, if it is the one. */
    void release(Epoch epoch) {
        if (granted.filter(lease -> lease.epoch().equals(epoch)).isPresent()) {
            granted = Optional.empty();
        }
    }

    /** That member has the lock no longer. */
    void forget(Member holder) {
        granted = granted.filter(lease -> !lease.holder().equals(holder));
    }

    void clear() {
        granted = Optional.empty();
    }

    Optional<ProbeAnswer.Lease> current(long now) {
        return granted.filter(lease -> now < untilMillis);
    }

    long remaining(long now) {
        return Math.max(0, untilMillis - now);
    }
}
