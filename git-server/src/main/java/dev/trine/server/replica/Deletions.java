package dev.trine.server.replica;

import dev.trine.common.model.PackName;
import dev.trine.common.model.RepoId;
import dev.trine.common.model.Role;
import dev.trine.server.replication.Batch;
import dev.trine.server.repo.PackFiles;
import dev.trine.server.store.ReplicaSnapshot;
import dev.trine.server.store.ReplicaStore;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Removes what a deleted repository held; its state stays as a tombstone. Packs that are being read go later. */
final class Deletions implements Effects.Witness {
    private static final Logger LOG = LoggerFactory.getLogger(Deletions.class);

    private final ReplicaStore store;
    private final PackFiles files;
    private final ExecutorService threads;

    Deletions(ReplicaStore store, PackFiles files, ExecutorService threads) {
        this.store = store;
        this.files = files;
        this.threads = threads;
    }

    @Override
    public void applied(ReplicaLoop loop, Batch batch) {
        if (batch.state().filter(state -> state.role() == Role.DELETED).isPresent()) {
            loop.beginErrand();
            threads.execute(() -> {
                try {
                    loop.between(() -> delete(loop)).join();
                } finally {
                    loop.endErrand();
                }
            });
        }
    }

    /**
     * Goes on, on a thread of its own, with what a stop of the node interrupted: contents of deleted repositories are
     * removed, and replicas with staged pushes are loaded, so that somebody forgets those that never come.
     */
    void resume(LoadedReplicas replicas) {
        threads.execute(() -> {
            try {
                Set<RepoId> left = new HashSet<>(store.repositoriesWithStaged());
                store.repositories(state -> state.role() == Role.DELETED).stream().filter(this::isUnfinished)
                    .forEach(left::add);
                for (RepoId repo : left) {
                    replicas.use(repo, loop -> {
                        if (loop.shown().state().role() == Role.DELETED) {
                            loop.hold();
                            loop.between(() -> delete(loop)).whenComplete((done, failed) -> loop.endErrand());
                        }
                        return loop;
                    });
                }
            } catch (ReplicaStoppedException | OverloadedException e) {
                LOG.atInfo().log("not all that was interrupted goes on before the next start: {}", e.getMessage());
            }
        });
    }

    private boolean isUnfinished(RepoId repo) {
        try (ReplicaSnapshot snapshot = store.snapshot(repo).orElseThrow()) {
            return snapshot.state().role() == Role.DELETED && hasContents(snapshot);
        }
    }

    /** Whether it holds more than a tombstone. */
    static boolean hasContents(ReplicaSnapshot snapshot) {
        AtomicBoolean found = new AtomicBoolean(!snapshot.packs().isEmpty());
        snapshot.refs().scan("", (name, value) -> {
            found.set(true);
            return false;
        });
        return found.get();
    }

    private void delete(ReplicaLoop loop) {
        loop.staged().all().forEach(push -> loop.staged().joined(push.push()));
        deleteContents(loop.repo());
    }

    /** Deletes all but the tombstone of a replica that is not in memory, or on its own thread. */
    void deleteContents(RepoId repo) {
        Set<PackName> packs = new HashSet<>();
        try (ReplicaSnapshot snapshot = store.snapshot(repo).orElseThrow()) {
            packs.addAll(snapshot.packs());
        }
        store.staged(repo).forEach(push -> packs.addAll(push.packs()));
        store.deleteContents(repo);
        LOG.atInfo().addKeyValue("repo", repo).addKeyValue("packs", packs.size()).log("deleted");
        try {
            files.reap(repo, packs);
        } catch (IOException e) {
            LOG.atError().addKeyValue("repo", repo).setCause(e).log("packs of a deleted repository not removed");
        }
    }
}
