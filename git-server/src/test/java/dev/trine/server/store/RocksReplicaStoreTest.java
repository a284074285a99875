package dev.trine.server.store;

import static dev.trine.server.store.Samples.MAIN;
import static dev.trine.server.store.Samples.REPO;
import static dev.trine.server.store.Samples.batch;
import static dev.trine.server.store.Samples.created;
import static dev.trine.server.store.Samples.value;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trine.common.model.RepoId;
import dev.trine.server.replication.PullId;
import dev.trine.server.replication.RefTable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The store in RocksDB keeps the contract, and survives restarts. */
class RocksReplicaStoreTest extends ReplicaStoreContract {
    @TempDir
    private Path dir;
    private Database database;

    @Override
    ReplicaStore open() throws Exception {
        database = Database.open(dir, true, 8 << 20, (fact, cause) -> {
            throw new AssertionError(fact, cause);
        });
        return new RocksReplicaStore(database, clock);
    }

    @Override
    ReplicaStore restart(ReplicaStore before) throws Exception {
        database.close();
        return open();
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void aSnapshotOutlivesTheDeletionOfItsRefSpace() {
        store.create(REPO, created(), Map.of(MAIN, value(1)));
        try (ReplicaSnapshot snapshot = store.snapshot(REPO).orElseThrow()) {
            RefTable before = snapshot.refs();
            try (PulledRefs pull = store.pull(REPO, new PullId(1))) {
                pull.add(Map.of(MAIN, value(2)));
                store.apply(REPO, batch().snapshot(1).build());
            }
            assertThat(before.get(MAIN)).contains(value(1));
            assertThat(store.refs(REPO).get(MAIN)).contains(value(2));
        }
    }

    @Test
    void refsOfAPullThatACrashInterruptedAreDeletedAtTheNextStart() throws Exception {
        store.create(REPO, created(), Map.of(MAIN, value(1)));
        store.pull(REPO, new PullId(1)).add(Map.of(MAIN, value(2)));
        RocksReplicaStore again = (RocksReplicaStore) restart(store);
        assertThat(allRefs()).isEqualTo(2);
        again.deleteDoomedSpaces();
        assertThat(allRefs()).isEqualTo(1);
        assertThat(again.refs(REPO).get(MAIN)).contains(value(1));
    }

    private long allRefs() {
        return database.newest().range(new byte[] {'r'}, new byte[] {'s'}, 10).size();
    }

    @Test
    void repositoriesCreatedAfterARestartGetRefsOfTheirOwn() throws Exception {
        store.create(REPO, created(), Map.of(MAIN, value(1)));
        ReplicaStore again = restart(store);
        RepoId other = new RepoId("cd".repeat(16));
        again.create(other, created(), Map.of(MAIN, value(2)));
        assertThat(again.refs(REPO).get(MAIN)).contains(value(1));
        assertThat(again.refs(other).get(MAIN)).contains(value(2));
    }

    @Test
    void manyRepositoriesAreWrittenAtOnce() throws Exception {
        List<RepoId> repos = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            repos.add(new RepoId(String.format("%032x", i)));
        }
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> writers = new ArrayList<>();
            for (RepoId repo : repos) {
                writers.add(threads.submit(() -> {
                    store.create(repo, created(), Map.of());
                    for (int i = 1; i <= 20; i++) {
                        store.apply(repo, batch().ref(MAIN, Optional.of(value(i))).build());
                    }
                }));
            }
            for (Future<?> writer : writers) {
                writer.get();
            }
        }
        ReplicaStore again = restart(store);
        assertThat(again.repositories()).isEqualTo(repos);
        assertThat(repos).allSatisfy(repo -> assertThat(again.refs(repo).get(MAIN)).contains(value(20)));
    }

    @Test
    void aClosedStoreIsNeitherReadNorWritten() {
        store.create(REPO, created(), Map.of(MAIN, value(1)));
        ReplicaSnapshot snapshot = store.snapshot(REPO).orElseThrow();
        database.close();
        assertThatThrownBy(() -> snapshot.refs().get(MAIN)).hasMessage("the store is closed");
        assertThatThrownBy(() -> store.load(REPO)).hasMessage("the store is closed");
        snapshot.close();
    }
}
