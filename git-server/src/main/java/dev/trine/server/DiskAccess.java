package dev.trine.server;

import dev.trine.server.replication.Timeouts;
import dev.trine.server.repo.Disk;
import dev.trine.server.store.ReplicaStore;

/** What stands between a node and its disk: nothing in production; tests let the process die between two changes. */
interface DiskAccess {
    /** Nothing. */
    DiskAccess PLAIN = new DiskAccess() {
    };

    /** Through what replicas are stored. */
    default ReplicaStore store(ReplicaStore store) {
        return store;
    }

    /** Through what pack files become durable and go away. */
    default Disk disk(Disk disk) {
        return disk;
    }

    /** How long a replica waits, and how much it keeps: tests of what happens when it keeps less need not fill it. */
    default Timeouts timeouts() {
        return Timeouts.DEFAULT;
    }
}
