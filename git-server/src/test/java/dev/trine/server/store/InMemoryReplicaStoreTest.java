package dev.trine.server.store;

/** The store in memory keeps the contract. */
class InMemoryReplicaStoreTest extends ReplicaStoreContract {
    @Override
    ReplicaStore open() {
        return new InMemoryReplicaStore(clock);
    }

    @Override
    ReplicaStore restart(ReplicaStore before) {
        return ((InMemoryReplicaStore) before).restarted();
    }
}
