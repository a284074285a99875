package dev.trine.server.store;

import dev.trine.common.model.ObjectName;
import dev.trine.common.model.PackName;
import dev.trine.common.model.PushId;
import dev.trine.common.model.Receipt;
import dev.trine.common.model.RefName;
import dev.trine.common.model.RefValue;
import dev.trine.common.model.RepoId;
import dev.trine.server.replication.Batch;
import dev.trine.server.replication.PullId;
import dev.trine.server.replication.RefTable;
import dev.trine.server.replication.RefsDigest;
import dev.trine.server.replication.ReplicaState;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** A store whose process dies before one of its writes: that write and all later ones do not happen. */
public final class FaultInjectingStore implements ReplicaStore {
    private final ReplicaStore store;
    private final int writesMax;
    private int writes;

    /**
     * Wraps a store.
     *
     * @param writesMax how many writes happen before the crash
     */
    public FaultInjectingStore(ReplicaStore store, int writesMax) {
        this.store = store;
        this.writesMax = writesMax;
    }

    /** The end of the process. */
    public static final class Crash extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    /** How many writes happened. */
    public int writes() {
        return writes;
    }

    private <T> T write(Supplier<T> write) {
        if (writes == writesMax) {
            throw new Crash();
        }
        writes++;
        return write.get();
    }

    private void write(Runnable write) {
        write(() -> {
            write.run();
            return true;
        });
    }

    @Override
    public List<RepoId> repositories(Predicate<ReplicaState> wanted) {
        return store.repositories(wanted);
    }

    @Override
    public List<RepoId> repositoriesWithStaged() {
        return store.repositoriesWithStaged();
    }

    @Override
    public List<RepoId> repositories() {
        return store.repositories();
    }

    @Override
    public WriteCounts writeCounts() {
        return store.writeCounts();
    }

    @Override
    public long count() {
        return store.count();
    }

    @Override
    public boolean create(RepoId repo, ReplicaState state, Map<RefName, RefValue> refs) {
        return write(() -> store.create(repo, state, refs));
    }

    @Override
    public Optional<StoredRepository> load(RepoId repo) {
        return store.load(repo);
    }

    @Override
    public void apply(RepoId repo, Batch batch) {
        write(() -> store.apply(repo, batch));
    }

    @Override
    public Optional<ReplicaSnapshot> snapshot(RepoId repo) {
        return store.snapshot(repo);
    }

    @Override
    public RefTable refs(RepoId repo) {
        return store.refs(repo);
    }

    @Override
    public void stage(RepoId repo, StagedPush push) {
        write(() -> store.stage(repo, push));
    }

    @Override
    public void unstage(RepoId repo, PushId push) {
        write(() -> store.unstage(repo, push));
    }

    @Override
    public List<StagedPush> staged(RepoId repo) {
        return store.staged(repo);
    }

    @Override
    public long replacePacks(RepoId repo, List<PackName> added, List<PackName> replaced) {
        return write(() -> store.replacePacks(repo, added, replaced));
    }

    @Override
    public boolean lists(RepoId repo, PackName pack) {
        return store.lists(repo, pack);
    }

    @Override
    public PulledRefs pull(RepoId repo, PullId id) {
        PulledRefs pull = write(() -> store.pull(repo, id));
        return new PulledRefs() {
            @Override
            public void add(Map<RefName, RefValue> refs) {
                write(() -> pull.add(refs));
            }

            @Override
            public RefsDigest refsDigest() {
                return pull.refsDigest();
            }

            @Override
            public void addReceipts(List<Receipt> receipts) {
                write(() -> pull.addReceipts(receipts));
            }

            @Override
            public void receiptsFrom(long version) {
                pull.receiptsFrom(version);
            }

            @Override
            public void addPacks(List<PackName> packs) {
                pull.addPacks(packs);
            }

            @Override
            public void close() {
                write(pull::close);
            }
        };
    }

    @Override
    public Set<ObjectName> replacedTips(RepoId repo, Instant since) {
        return store.replacedTips(repo, since);
    }

    @Override
    public void forgetReplacedTips(RepoId repo, Instant before) {
        write(() -> store.forgetReplacedTips(repo, before));
    }

    @Override
    public void deleteContents(RepoId repo) {
        write(() -> store.deleteContents(repo));
    }
}
