package dev.trine.server.store;
import dev.trine.common.model.PackName;
import dev.trine.common.model.Position;
import dev.trine.common.model.PushId;
import dev.trine.common.model.Receipt;
import dev.trine.common.model.RefUpdate;
import dev.trine.server.replication.Chain;
import dev.trine.server.replication.Link;
import dev.trine.server.replication.RecordedOutcome;
import dev.trine.server.replication.RefTable;
import dev.trine.server.replication.RefsDigest;
import dev.trine.server.replication.ReplicaState;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** A replica as a RocksDB snapshot shows it. */
final class RocksSnapshot implements ReplicaSnapshot {
    private final PinnedSnapshot pinned;
    private final RocksReplica replica;
    private final ReplicaState state;
    private final Supplier<List<PackName>> packs;

    RocksSnapshot(PinnedSnapshot pinned, RocksReplica replica, ReplicaState state, Supplier<List<PackName>> packs) {
        this.packs = packs;
        this.pinned = pinned;
        this.replica = replica;
        this.state = state;
    }

    @Override
    public ReplicaState state() {
        return state;
    }

    @Override
    public Position last() {
        return replica.last(state);
    }

    @Override
    public Chain chain() {
        return replica.chain(state);
    }

    @Override
    public Optional<Link> link(long version) {
        return replica.link(state, version);
    }

    @Override
    public Optional<List<RefUpdate>> changesSince(Position from, int entriesMax) {
        return replica.changesSince(state, from, entriesMax);
    }

    @Override
    public List<RecordedOutcome> outcomes() {
        return replica.outcomes();
    }

    @Override
    public Optional<RecordedOutcome> outcome(PushId push) {
        return replica.outcome(push);
    }

    @Override
    public RefsDigest refsDigest() {
        return replica.refsDigest();
    }

    @Override
    public KeptReceipts receipts(long atMost, int max) {
        return replica.receipts(atMost, max);
    }

    @Override
    public List<Receipt> receiptsSince(long version, int max) {
        return replica.receiptsSince(version, max);
    }

    @Override
    public RefTable refs() {
        return replica.refs();
    }

    @Override
    public List<PackName> packs() {
        return packs.get();
    }

    @Override
    public long gcGeneration() {
        return replica.gcGeneration();
    }

    @Override
    public void close() {
        pinned.close();
    }
}
