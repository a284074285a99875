package dev.trine.server.replica;

import dev.trine.common.model.RepoId;
import dev.trine.server.replication.Withdrawal;

/**
 * A repository that is pinned to the other nodes, because this one's replica is withdrawn.
 *
 * @param repo       which
 * @param withdrawal why, and since when
 * @param doing      what is being done about it, in a clause
 * @param attempts   repairs that were begun
 * @param troubles   how often its storage misbehaved since it was pinned
 */
public record Pin(RepoId repo, Withdrawal withdrawal, String doing, int attempts, long troubles) {
    public Pin {
        if (doing.isBlank()) {
            throw new IllegalArgumentException("a pin says what is being done");
        }
    }

    Pin doing(String now) {
        return new Pin(repo, withdrawal, now, attempts, troubles);
    }

    Pin attempted() {
        return new Pin(repo, withdrawal, "begins a repair", attempts + 1, troubles);
    }

    /** Its storage misbehaved again: what was found first stays the cause. */
    Pin troubled() {
        return new Pin(repo, withdrawal, doing, attempts, troubles + 1);
    }
}
