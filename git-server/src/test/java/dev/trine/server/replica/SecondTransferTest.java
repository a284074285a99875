package dev.trine.server.replica;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.trine.common.model.ObjectName;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A push whose files another transfer has brought, and not synced yet. */
class SecondTransferTest {
    private static final Duration MAX = Duration.ofSeconds(60);

    @TempDir
    private Path dir;

    @Test
    void itAcknowledgesNothingThatAnotherTransferHasNotSyncedYet() throws Exception {
        try (ReplicaCluster cluster = new ReplicaCluster(dir)) {
            cluster.awaitLevel("main", cluster.push("n1", "main"), MAX);
            CountDownLatch slow = new CountDownLatch(1);
            AtomicInteger syncs = new AtomicInteger();
            cluster.node("n3").faults().beforeEachPack(() -> {
                syncs.incrementAndGet();
                passes(slow);
                return false;
            });
            ObjectName last;
            try {
                last = cluster.push("n2", "main"); // n1 has the lock, and stages it at n3 as n2 does
                await().atMost(MAX).until(() -> syncs.get() > 1 || version(cluster) > 1);
                assertThat(version(cluster)).isEqualTo(1);
            } finally {
                slow.countDown();
            }
            cluster.awaitLevel("main", last, MAX);
        }
    }

    private static long version(ReplicaCluster cluster) {
        return cluster.node("n3").version(ReplicaCluster.REPO);
    }

    private static void passes(CountDownLatch gate) {
        try {
            gate.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
