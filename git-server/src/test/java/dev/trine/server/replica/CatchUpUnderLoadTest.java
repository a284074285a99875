package dev.trine.server.replica;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.trine.common.model.ObjectName;
import dev.trine.common.model.PushOutcome;
import dev.trine.common.model.RefName;
import dev.trine.common.model.RefUpdate;
import dev.trine.common.model.RefValue;
import dev.trine.server.hosting.PushSession;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A node that is far behind while the repository is written 50 times a second. How far: {@code -Dtrine.test.versions},
 * of which each costs some milliseconds.
 */
class CatchUpUnderLoadTest {
    private static final int VERSIONS = Integer.getInteger("trine.test.versions", 1_000);
    private static final int WRITERS = 64;
    private static final long SMALL_LAG = 25;
    private static final Duration MAX = Duration.ofSeconds(120);

    @TempDir
    private Path dir;

    private final AtomicInteger branches = new AtomicInteger();

    @Test
    void itConvergesWhileWritesGoOn() throws Exception {
        try (ReplicaCluster cluster = new ReplicaCluster(dir)) {
            ObjectName commit = cluster.push("n1", "main");
            cluster.awaitLevel("main", commit, MAX);
            cluster.kill("n3");
            write(cluster, VERSIONS);
            assertThat(version(cluster, "n1")).isGreaterThan(VERSIONS);

            try (ScheduledExecutorService clock = Executors.newScheduledThreadPool(4)) {
                AtomicLong written = new AtomicLong();
                clock.scheduleAtFixedRate(() -> {
                    writeOne(cluster, new RefValue.Direct(commit));
                    written.incrementAndGet();
                }, 0, 20, TimeUnit.MILLISECONDS);
                cluster.start("n3");
                await().atMost(MAX).until(() -> lag(cluster) <= SMALL_LAG && written.get() > 0);
                long after = written.get();
                await().atMost(MAX).until(() -> written.get() >= after + 100);
                await("it stays level, but for moments without a processor").atMost(MAX)
                    .until(() -> lag(cluster) <= SMALL_LAG);
            }
            ObjectName last = cluster.push("n1", "main");
            cluster.awaitLevel("main", last, MAX);
        }
    }

    private static long version(ReplicaCluster cluster, String node) {
        return cluster.node(node).version(ReplicaCluster.REPO);
    }

    private static long lag(ReplicaCluster cluster) {
        long theirs = version(cluster, "n3"); // first: what is written in between counts as lag
        return version(cluster, "n1") - theirs;
    }

    /** Many versions, by many at once; they bring no objects, so that nothing is staged for them. */
    private void write(ReplicaCluster cluster, int versions) throws Exception {
        try (ExecutorService writers = Executors.newFixedThreadPool(WRITERS)) {
            List<Callable<Void>> all = new ArrayList<>();
            for (int i = 0; i < versions; i++) {
                all.add(() -> {
                    writeOne(cluster, new RefValue.Symbolic(new RefName("refs/heads/main")));
                    return null;
                });
            }
            for (Future<Void> each : writers.invokeAll(all)) {
                each.get();
            }
        }
    }

    private void writeOne(ReplicaCluster cluster, RefValue value) {
        RefName name = new RefName("refs/heads/b" + branches.incrementAndGet());
        try (PushSession push = cluster.open("n1")) {
            PushOutcome outcome = ReplicaCluster.commit(push,
                List.of(new RefUpdate(name, Optional.empty(), Optional.of(value))));
            assertThat(outcome).isInstanceOf(PushOutcome.Committed.class);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}
