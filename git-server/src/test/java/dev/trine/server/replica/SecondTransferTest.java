package dev.trine.server.replica;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.trine.common.model.ObjectName;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A push whose files another transfer has brought, and not synced yet. */
class SecondTransferTest {
    private static final Duration MAX = Duration.ofSeconds(60);
    private static final Duration SLOW_MAX = Duration.ofSeconds(5);
    private static final int ATTEMPTS_MAX = 3;

    @TempDir
    private Path dir;

    @Test
    void itAcknowledgesNothingThatAnotherTransferHasNotSyncedYet() throws Exception {
        try (ReplicaCluster cluster = new ReplicaCluster(dir)) {
            cluster.awaitLevel("main", cluster.push("n1", "main"), MAX);
            // just after its start a node refuses whatever it is sent, and counts as away for a moment
            boolean seen = false;
            for (int attempt = 0; !seen && attempt < ATTEMPTS_MAX; attempt++) {
                seen = isSeenWhileTheDiskIsSlow(cluster);
            }
            assertThat(seen).as("n1 took a push while the disk of n3 was slow").isTrue();
        }
    }

    /** False: the push needed n3, since n1 counted as away just then; nothing was seen. */
    private static boolean isSeenWhileTheDiskIsSlow(ReplicaCluster cluster) throws Exception {
        CountDownLatch slow = new CountDownLatch(1);
        AtomicInteger syncs = new AtomicInteger();
        AtomicBoolean waitedLong = new AtomicBoolean();
        cluster.node("n3").faults().beforeEachPack(() -> {
            syncs.incrementAndGet();
            if (!passes(slow)) {
                waitedLong.set(true);
            }
            return false;
        });
        long before = version(cluster);
        ObjectName last;
        long version;
        try {
            last = cluster.push("n2", "main"); // n1 has the lock, and stages it at n3 as n2 does
            await().atMost(MAX).until(() -> syncs.get() > 1 || version(cluster) > before);
            version = version(cluster);
        } finally {
            slow.countDown();
        }
        cluster.awaitLevel("main", last, MAX);
        if (waitedLong.get()) {
            return false;
        }
        assertThat(version).isEqualTo(before);
        return true;
    }

    private static long version(ReplicaCluster cluster) {
        return cluster.node("n3").version(ReplicaCluster.REPO);
    }

    private static boolean passes(CountDownLatch gate) {
        try {
            return gate.await(SLOW_MAX.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }
}
