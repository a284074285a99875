package dev.trine.server.replica;

import dev.trine.common.model.RepoId;
import dev.trine.server.repo.Completeness;
import dev.trine.server.repo.PackFiles;
import dev.trine.server.store.ReplicaStore;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** How sound the Git storage of this node is, and what is done where it is not. Called by many threads. */
public final class StorageHealth implements AutoCloseable {
    private static final Duration REPAIR_RETRY_MAX = Duration.ofMinutes(1);

    private final ReplicaStore store;
    private final PackFiles files;
    private final SafetyLock lock;
    private final Scrub scrub;

    StorageHealth(Replicas.Disk disk, LoadedReplicas loaded, GrpcPeers nodes, PackCopies copies, Views views,
                  Completeness completeness, ReplicaSettings settings, Clock clock, Consumer<RepoId> restored) {
        this.store = disk.store();
        this.files = disk.files();
        this.lock = new SafetyLock(disk.member(), store, loaded, nodes,
            new StorageRepair(disk.member(), store, files, views, completeness, nodes, copies),
            new SafetyLock.Backoff(settings.safety().repairRetry(), REPAIR_RETRY_MAX), clock, restored);
        this.scrub = new Scrub(store, files, disk.scrub(), settings.safety(), clock);
    }

    /** Goes on with what was withdrawn when the node stopped, and looks after what misbehaves from now on. */
    StorageHealth start() {
        lock.resume();
        files.troubles().tell(lock);
        scrub.start();
        return this;
    }

    /**
     * What came of a verification.
     *
     * @param packs    that were read to their end
     * @param repaired whether something had to be repaired
     * @param pin      why the replica still takes no part; empty: it does
     */
    public record Verified(int packs, boolean repaired, Optional<Pin> pin) {
    }

    /** Why the node's replica of a repository takes no part; empty: it does. */
    public Optional<Pin> pin(RepoId repo) {
        return lock.pin(repo);
    }

    /** Repositories that are pinned to the other nodes, the oldest first. */
    public List<Pin> pins() {
        return lock.pins();
    }

    /** How far the verification of all packs is. */
    public Scrub.Progress scrubbed() {
        return scrub.progress();
    }

    /** Reads all packs of a repository and repairs what is damaged; empty: the node has no replica. */
    public Optional<Verified> repair(RepoId repo) {
        if (store.snapshot(repo).map(snapshot -> {
            snapshot.close();
            return true;
        }).isEmpty()) {
            return Optional.empty();
        }
        int packs = scrub.verifyNow(repo);
        boolean pinned = lock.pin(repo).isPresent();
        return Optional.of(new Verified(packs, pinned, lock.repairNow(repo)));
    }

    @Override
    public void close() throws InterruptedException {
        scrub.close();
        lock.close();
    }
}
