package dev.trine.server.replica;

import dev.trine.common.model.Member;
import dev.trine.common.model.RepoId;
import dev.trine.server.replication.RefLogReplica;
import dev.trine.server.replication.Timeouts;
import dev.trine.server.store.ReplicaStore;
import dev.trine.server.store.StoredRepository;
import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The replicas that are in memory: a replica is loaded when somebody needs it and leaves when nothing happens to it, so
 * that an idle repository costs neither memory nor work. Called by many threads.
 */
final class LoadedReplicas implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LoadedReplicas.class);
    private static final Duration STOP_MAX = Duration.ofSeconds(5);
    private static final Duration CROWDED_IDLE = Duration.ofSeconds(1);

    private final Member self;
    private final ReplicaStore store;
    private final Timeouts timeouts;
    private final ReplicaLoop.Surroundings around;
    private final LongSupplier nanos;
    private final int loadedMax;
    private final ThreadFactory threads;
    private final Map<RepoId, ReplicaLoop> loops = new ConcurrentHashMap<>();
    private final AtomicBoolean stopping = new AtomicBoolean();
    // a replica must have ended before it is loaded again, whoever asks
    private final List<ReentrantLock> loading = Stream.generate(ReentrantLock::new).limit(64).toList();

    /**
     * Loads nothing yet.
     *
     * @param around    carries out the steps' effects
     * @param nanos     a clock that never jumps
     * @param loadedMax greatest number of replicas in memory
     */
    LoadedReplicas(Member self, ReplicaStore store, ReplicaLoop.Surroundings around, LongSupplier nanos,
                   int loadedMax, Timeouts timeouts) {
        this.self = self;
        this.timeouts = timeouts;
        this.store = store;
        this.around = around;
        this.nanos = nanos;
        this.loadedMax = loadedMax;
        this.threads = Thread.ofPlatform().daemon().name("replica-", 1).factory();
    }

    /** Something done with a replica that may have just gone idle. */
    @FunctionalInterface
    interface Use<T> {
        T with(ReplicaLoop loop) throws ReplicaStoppedException, OverloadedException;
    }

    /**
     * Does something with a replica, which is loaded first if need be; empty: the node has none of it.
     *
     * @throws ReplicaStoppedException the node is stopping, or the replica stopped itself after a defect
     * @throws OverloadedException     too many replicas are busy
     */
    <T> Optional<T> use(RepoId repo, Use<T> use) throws ReplicaStoppedException, OverloadedException {
        while (true) {
            Optional<ReplicaLoop> loop = get(repo);
            if (loop.isEmpty()) {
                return Optional.empty();
            }
            try {
                return Optional.of(use.with(loop.get()));
            } catch (ReplicaStoppedException e) {
                if (loop.get().isFrozen() || stopping.get()) {
                    throw e;
                }
                // it went idle a moment ago: load it again
            }
        }
    }

    /** The replica, loaded if need be; empty: the node has none of it. */
    Optional<ReplicaLoop> get(RepoId repo) throws ReplicaStoppedException, OverloadedException {
        ReplicaLoop known = loops.get(repo);
        if (known != null && known.stopped().isEmpty()) {
            return Optional.of(known);
        }
        if (stopping.get()) {
            throw new ReplicaStoppedException("the node is stopping", true);
        }
        ReentrantLock lock = loading.get(Math.floorMod(repo.hashCode(), loading.size()));
        lock.lock();
        try {
            return load(repo);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Ends the replica, if it is in memory, and does something while nobody can load it.
     *
     * @throws ReplicaStoppedException it does not end in time; nothing was done
     */
    <T> T alone(RepoId repo, Supplier<T> work) throws ReplicaStoppedException {
        ReentrantLock lock = loading.get(Math.floorMod(repo.hashCode(), loading.size()));
        lock.lock();
        try {
            ReplicaLoop loop = loops.get(repo);
            if (loop != null) {
                loop.stop();
                if (!loop.awaitEnd(STOP_MAX)) {
                    throw new ReplicaStoppedException("a replica does not end");
                }
                loops.remove(repo);
            }
            return work.get();
        } finally {
            lock.unlock();
        }
    }

    /** The replica if it is in memory. */
    Optional<ReplicaLoop> loaded(RepoId repo) {
        return Optional.ofNullable(loops.get(repo)).filter(loop -> loop.stopped().isEmpty());
    }

    /** Whether a defect stopped it: it must not be read behind its back. */
    boolean isFrozen(RepoId repo) {
        ReplicaLoop loop = loops.get(repo);
        return loop != null && loop.isFrozen();
    }

    Collection<ReplicaLoop> all() {
        return loops.values();
    }

    /** Called every few milliseconds. */
    void tick() {
        loops.values().forEach(ReplicaLoop::tick);
    }

    /**
     * Lets go what nothing has happened to for so long. While there is room, replicas with staged pushes stay, so that
     * somebody forgets those that never come.
     */
    void unloadIdle(Duration idle) {
        boolean crowded = loops.size() > loadedMax / 2;
        for (ReplicaLoop loop : loops.values()) {
            if ((crowded || loop.staged().isEmpty()) && loop.stopIfIdle(crowded ? CROWDED_IDLE : idle)) {
                LOG.atDebug().addKeyValue("repo", loop.repo()).log("unloaded");
            }
        }
        loops.values().removeIf(loop -> loop.hasEnded() && !loop.isFrozen());
    }

    private Optional<ReplicaLoop> load(RepoId repo) throws ReplicaStoppedException, OverloadedException {
        ReplicaLoop before = loops.get(repo);
        if (before != null) {
            if (before.stopped().isEmpty()) {
                return Optional.of(before);
            }
            if (before.isFrozen()) {
                throw new ReplicaStoppedException(before.stopped().get());
            }
            if (!before.awaitEnd(STOP_MAX)) {
                throw new ReplicaStoppedException("a replica does not end");
            }
        }
        Optional<StoredRepository> stored = store.load(repo);
        if (stored.isEmpty()) {
            return Optional.empty();
        }
        makeRoom();
        StagedIndex staged = new StagedIndex(repo, store, stored.get().staged(), stored.get().gcGeneration());
        RefLogReplica core = new RefLogReplica(repo, self, stored.get().replica(), () -> store.refs(repo), staged,
            timeouts, seed(repo));
        ReplicaLoop loop = new ReplicaLoop(repo, core, staged, around, nanos);
        loops.put(repo, loop);
        if (stopping.get()) {
            loop.stop();
        }
        threads.newThread(loop::run).start();
        return Optional.of(loop);
    }

    private void makeRoom() throws OverloadedException {
        if (loops.size() < loadedMax) {
            return;
        }
        loops.values().stream().sorted(Comparator.comparingLong(ReplicaLoop::activeNanos))
            .filter(loop -> loop.stopIfIdle(CROWDED_IDLE)).findFirst()
            .orElseThrow(() -> new OverloadedException(loadedMax + " repositories are busy on this node"));
    }

    private long seed(RepoId repo) {
        return nanos.getAsLong() ^ repo.hashCode() * 31L ^ self.hashCode();
    }

    /** Stops all replicas, and waits a bounded time until each has ended. */
    @Override
    public void close() {
        stopping.set(true);
        loops.values().forEach(ReplicaLoop::stop);
        for (ReplicaLoop loop : loops.values()) {
            if (!loop.awaitEnd(STOP_MAX)) {
                LOG.atWarn().addKeyValue("repo", loop.repo()).log("replica does not end");
            }
        }
    }
}
