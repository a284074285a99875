package dev.trine.server.store;

/** The store in memory keeps the contract of receipts; it forgets at the end of the process. */
class InMemoryReceiptTest extends ReceiptContract {
    @Override
    ReplicaStore open() {
        return new InMemoryReplicaStore(clock);
    }

    @Override
    ReplicaStore restart(ReplicaStore before) {
        return before;
    }
}
