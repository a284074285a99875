package dev.trine.server.store;

import dev.trine.common.model.Incarnation;
import dev.trine.common.model.ObjectName;
import dev.trine.common.model.PackName;
import dev.trine.common.model.PushId;
import dev.trine.common.model.RefName;
import dev.trine.common.model.RefValue;
import dev.trine.common.model.RepoId;
import dev.trine.server.replication.Batch;
import dev.trine.server.replication.PullId;
import dev.trine.server.replication.RefTable;
import dev.trine.server.replication.RefsDigest;
import dev.trine.server.replication.ReplicaState;
import dev.trine.server.replication.StoredReplica;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** The replicas of a node in RocksDB. {@link Keys} says where everything lies. */
final class RocksReplicaStore implements ReplicaStore {
    private final Database database;
    private final Reads newest;
    private final Clock clock;
    private final ReceiptRule rule;
    private final RefSpaces spaces;
    private final Map<PullKey, RocksPull> pulls = new ConcurrentHashMap<>();
    private final AtomicLong count;
    private final Staging staging = new Staging();
    private final KnownPacks packs = new KnownPacks();
    private volatile Consumer<Write> witness = write -> { };
    private final LongAdder appends = new LongAdder();
    private final LongAdder entries = new LongAdder();
    // whether a repository exists and that it is created must be one step, whoever asks
    private final List<ReentrantLock> creating = Stream.generate(ReentrantLock::new).limit(64).toList();

    /**
     * Counts the replicas and reads the next number of a ref space.
     *
     * @param rule  which receipts are kept
     * @param clock tells when a tip was replaced or a change was applied
     */
    RocksReplicaStore(Database database, ReceiptRule rule, Clock clock) {
        this.database = database;
        this.newest = database.newest();
        this.clock = clock;
        this.rule = rule;
        this.spaces = new RefSpaces(database);
        this.count = new AtomicLong(newest.all(Keys.refSpaces(), Database.Pair::key).size());
        newest.scan(Keys.staged(), (key, value) -> {
            staging.addWritten(Keys.repo(key), ReplicaValues.decodeStaged(value));
            return true;
        });
    }

    /** With the usual rule for receipts. */
    RocksReplicaStore(Database database, Clock clock) {
        this(database, ReceiptRule.DEFAULT, clock);
    }

    /** From now on, that one adds to each batch of a replica. */
    void tell(Consumer<Write> adding) {
        witness = adding;
    }

    /** Makes an empty database that of a disk. */
    void format(Incarnation incarnation) {
        try (Write write = database.write()) {
            write.put(Keys.INCARNATION, incarnation.value().getBytes(StandardCharsets.UTF_8));
            write.sync();
        }
    }

    /** Whose the database is; empty: it was never formatted. */
    Optional<Incarnation> incarnation() {
        return newest.get(Keys.INCARNATION).map(value -> new Incarnation(new String(value, StandardCharsets.UTF_8)));
    }

    /** Deletes the refs that a crash or a switch left behind. */
    void deleteDoomedSpaces() {
        spaces.delete(spaces.doomed());
    }

    @Override
    public List<RepoId> repositories() {
        return newest.all(Keys.states(), pair -> Keys.repo(pair.key()));
    }

    @Override
    public List<RepoId> repositories(Predicate<ReplicaState> wanted) {
        List<RepoId> found = new ArrayList<>();
        newest.scan(Keys.states(), (key, state) -> {
            if (wanted.test(ReplicaValues.decodeState(state))) {
                found.add(Keys.repo(key));
            }
            return true;
        });
        return found;
    }

    @Override
    public List<RepoId> repositoriesWithStaged() {
        return staging.repositories();
    }

    @Override
    public WriteCounts writeCounts() {
        return new WriteCounts(database.syncedWrites(), appends.sum(), entries.sum(), database.fsyncs());
    }

    @Override
    public long count() {
        return count.get();
    }

    @Override
    public boolean create(RepoId repo, ReplicaState state, Map<RefName, RefValue> refs) {
        ReentrantLock lock = creating.get(Math.floorMod(repo.hashCode(), creating.size()));
        lock.lock();
        try (Write write = database.write()) {
            if (newest.get(Keys.state(repo)).isPresent()) {
                return false;
            }
            long space = spaces.allocate();
            write.put(Keys.state(repo), ReplicaValues.encode(state));
            write.put(Keys.refSpace(repo), ReplicaValues.encode(space));
            refs.forEach((name, value) -> write.put(Keys.ref(space, name), RefValues.encode(value)));
            write.put(Keys.refsDigest(repo), RefsDigest.EMPTY.with(refs).lanes());
            write.sync();
            count.incrementAndGet();
            return true;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public Optional<StoredRepository> load(RepoId repo) {
        try (PinnedSnapshot pinned = new PinnedSnapshot(database)) {
            RocksReplica replica = new RocksReplica(database.at(pinned), repo);
            return replica.state().map(state -> new StoredRepository(
                new StoredReplica(state, replica.log(), replica.outcomes()), replica.gcGeneration(),
                staging.of(repo)));
        }
    }

    @Override
    public void apply(RepoId repo, Batch batch) {
        if (batch.isEmpty()) {
            return;
        }
        RocksReplica replica = existing(repo);
        long spaceBefore = replica.refSpace();
        try (Write write = database.write()) {
            BatchWriter writer = new BatchWriter(repo, newest, write, rule, clock.millis());
            long space = spaceBefore;
            RefsDigest digest = batch.applied().isEmpty() ? RefsDigest.EMPTY : replica.refsDigest();
            if (batch.snapshot().isPresent()) {
                RocksPull pull = switchedTo(new PullKey(repo, batch.snapshot().get()));
                ReplicaState before = replica.state().orElseThrow();
                writer.switchTo(pull, spaceBefore, before, batch.state().orElse(before));
                space = pull.space();
                digest = pull.refsDigest();
            }
            writer.write(batch, space, digest);
            List<StagedPush> logged = staging.toWrite(repo, batch.put()).stream()
                .filter(push -> !batch.packsJoined().containsKey(push.push())).toList();
            logged.forEach(push -> write.put(Keys.staged(repo, push.push()), ReplicaValues.encode(push)));
            witness.accept(write);
            write.sync();
            logged.forEach(push -> staging.addWritten(repo, push));
            staging.remove(repo, batch.packsJoined().keySet());
            if (!batch.put().isEmpty()) {
                appends.increment();
                entries.add(batch.put().size());
            }
            if (space != spaceBefore && spaceBefore == RefSpaces.EMPTY) {
                count.incrementAndGet();
            } else if (space != spaceBefore) {
                spaces.delete(List.of(spaceBefore));
            }
        }
    }

    private RocksPull switchedTo(PullKey key) {
        RocksPull pull = pulls.remove(key);
        if (pull == null) {
            throw new IllegalStateException("repository " + key.repo() + " has no pull " + key.id());
        }
        return pull;
    }

    @Override
    public Optional<ReplicaSnapshot> snapshot(RepoId repo) {
        PinnedSnapshot pinned = new PinnedSnapshot(database);
        RocksReplica replica = new RocksReplica(database.at(pinned), repo);
        Optional<ReplicaSnapshot> snapshot = Optional.empty();
        try {
            snapshot = replica.state().map(state -> new RocksSnapshot(pinned, replica, state,
                () -> packs.of(repo, replica, state)));
            return snapshot;
        } finally {
            if (snapshot.isEmpty()) {
                pinned.close();
            }
        }
    }

    @Override
    public RefTable refs(RepoId repo) {
        return new RocksReplica(newest, repo).refs();
    }

    @Override
    public void stage(RepoId repo, StagedPush push) {
        existing(repo);
        if (!staging.isWritten(repo, push.push())) {
            staging.add(repo, push);
            return;
        }
        try (Write write = database.write()) {
            write.put(Keys.staged(repo, push.push()), ReplicaValues.encode(push));
            write.sync();
        }
        staging.addWritten(repo, push);
    }

    @Override
    public void unstage(RepoId repo, PushId push) {
        if (staging.isWritten(repo, push)) {
            try (Write write = database.write()) {
                write.delete(Keys.staged(repo, push));
                write.sync();
            }
        }
        staging.remove(repo, List.of(push));
    }

    @Override
    public List<StagedPush> staged(RepoId repo) {
        return staging.of(repo);
    }

    @Override
    public long replacePacks(RepoId repo, List<PackName> added, List<PackName> replaced) {
        RocksReplica replica = existing(repo);
        long generation = replica.gcGeneration() + 1;
        try (Write write = database.write()) {
            for (PackName pack : replaced) {
                if (!replica.hasPack(pack)) {
                    throw new IllegalStateException("repository " + repo + " has no pack " + pack + " to replace");
                }
                write.delete(Keys.pack(repo, pack));
            }
            added.forEach(pack -> write.put(Keys.pack(repo, pack), new byte[0]));
            write.put(Keys.gcGeneration(repo), ReplicaValues.encode(generation));
            write.sync();
        }
        return generation;
    }

    @Override
    public boolean lists(RepoId repo, PackName pack) {
        RocksReplica replica = new RocksReplica(newest, repo);
        return staging.lists(repo, pack) || replica.hasPack(pack);
    }

    @Override
    public PulledRefs pull(RepoId repo, PullId id) {
        existing(repo);
        PullKey key = new PullKey(repo, id);
        RocksPull pull = new RocksPull(repo, database, spaces, () -> pulls.remove(key) != null);
        if (pulls.putIfAbsent(key, pull) != null) {
            throw new IllegalStateException("repository " + repo + " has a pull " + id + " already");
        }
        return pull;
    }

    @Override
    public Set<ObjectName> replacedTips(RepoId repo, Instant since) {
        return Set.copyOf(new RocksReplica(newest, repo)
            .replacedTipsFrom(Keys.replacedTips(repo, Math.max(0, since.toEpochMilli()))));
    }

    @Override
    public void forgetReplacedTips(RepoId repo, Instant before) {
        byte[] end = Keys.replacedTips(repo, Math.max(0, before.toEpochMilli()));
        try (Write write = database.write()) {
            newest.range(Keys.replacedTips(repo), end, Integer.MAX_VALUE).forEach(pair -> write.delete(pair.key()));
            write.sync();
        }
    }

    @Override
    public void deleteContents(RepoId repo) {
        RocksReplica replica = existing(repo);
        long space = replica.refSpace();
        ReplicaState state = replica.state().orElseThrow();
        try (Write write = database.write()) {
            write.put(Keys.state(repo), ReplicaValues.encode(state.withoutLog(replica.chain(state))));
            for (byte[] prefix : List.of(Keys.log(repo), Keys.packs(repo), Keys.staged(repo), Keys.outcomes(repo),
                Keys.replacedTips(repo), Keys.receipts(repo))) {
                write.deleteRange(prefix, Keys.behind(prefix));
            }
            write.delete(Keys.refSpace(repo));
            write.delete(Keys.refsDigest(repo));
            write.put(Keys.receiptsFrom(repo), ReplicaValues.encode(state.committed().version() + 1));
            if (space != RefSpaces.EMPTY) {
                write.put(Keys.doomedSpace(space), new byte[0]);
            }
            write.sync();
        }
        staging.removeAll(repo);
        packs.forget(repo);
        if (space != RefSpaces.EMPTY) {
            count.decrementAndGet();
            spaces.delete(List.of(space));
        }
    }

    private RocksReplica existing(RepoId repo) {
        if (newest.get(Keys.state(repo)).isEmpty()) {
            throw new IllegalStateException("repository " + repo + " was never created here");
        }
        return new RocksReplica(newest, repo);
    }

    /** Names a pull. */
    private record PullKey(RepoId repo, PullId id) {
    }
}
