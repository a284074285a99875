package dev.trine.server.replication;

import dev.trine.common.model.Epoch;

/** The counting rules: two of three. */
final class Quorum {
    /** Members of every generation that is not deleted. */
    static final int MEMBERS = 3;
    /** Members that must have an entry before it is committed. */
    static final int SIZE = 2;

    private Quorum() {
    }

    /** The highest version that the lock holder itself and at least one of its two peers have acknowledged. */
    static long acknowledged(long own, long peer, long otherPeer) {
        return Math.min(own, Math.max(peer, otherPeer));
    }

    /**
     * Whether an acknowledged entry counts for a holder: only one of its own epoch. An older entry, on however many
     * disks, commits with the first own one above it.
     */
    static boolean counts(Epoch entry, Epoch holder) {
        return entry.equals(holder);
    }
}
