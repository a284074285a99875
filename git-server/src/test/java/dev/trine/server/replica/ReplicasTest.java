package dev.trine.server.replica;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trine.common.model.NodeId;
import dev.trine.common.model.ObjectName;
import dev.trine.common.model.PushOutcome;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What three nodes do together with one repository. */
@Timeout(300)
class ReplicasTest {
    private static final Duration LEVEL_MAX = Duration.ofSeconds(60);

    @TempDir
    private Path dir;
    private ReplicaCluster cluster;

    @BeforeEach
    void start() throws Exception {
        cluster = new ReplicaCluster(dir);
    }

    @AfterEach
    void stop() throws Exception {
        cluster.close();
    }

    @Test
    void aPushIsAcknowledgedByTwoNodesAndReachesTheThird() throws Exception {
        ObjectName commit = cluster.commit();
        assertThat(cluster.push("n1", "main", commit).nodes()).contains(new NodeId("n1"))
            .hasSizeGreaterThanOrEqualTo(2);
        cluster.awaitLevel("main", commit, LEVEL_MAX);
    }

    @Test
    void pushesThroughEveryNodeInTurnFollowEachOther() throws Exception {
        ObjectName last = cluster.push("n1", "main");
        for (String node : List.of("n2", "n3", "n1", "n2")) {
            cluster.awaitLevel("main", last, LEVEL_MAX);
            last = cluster.push(node, "main");
        }
        cluster.awaitLevel("main", last, LEVEL_MAX);
    }

    @Test
    void afterTheHolderIsLostAnotherNodeAcceptsPushesWithinThreeSeconds() throws Exception {
        Duration wait = Duration.ofSeconds(3);
        assertThat(Shortest.of(wait, this::pushAfterTheHolderIsLost)).isLessThan(wait);
    }

    private Duration pushAfterTheHolderIsLost() throws Exception {
        ObjectName first = cluster.push("n1", "main");
        cluster.awaitLevel("main", first, LEVEL_MAX);
        String holder = cluster.holder();
        cluster.kill(holder);
        String other = holder.equals("n1") ? "n2" : "n1";
        ObjectName commit = cluster.commit();
        long begun = System.nanoTime();
        cluster.push(other, "main", commit);
        Duration took = Duration.ofNanos(System.nanoTime() - begun);
        cluster.awaitLevel("main", commit, LEVEL_MAX);
        cluster.start(holder);
        cluster.awaitLevel("main", commit, LEVEL_MAX);
        return took;
    }

    @Test
    void withTwoNodesLostAPushIsRefusedWithinFiveSecondsNamingThem() throws Exception {
        ObjectName first = cluster.push("n1", "main");
        cluster.awaitLevel("main", first, LEVEL_MAX);
        cluster.kill("n2");
        cluster.kill("n3");
        Duration wait = Duration.ofSeconds(5);
        assertThat(Shortest.of(wait, () -> refusedPush(first))).isLessThan(wait);
        cluster.start("n2");
        ObjectName second = cluster.push("n1", "main");
        cluster.awaitLevel("main", second, LEVEL_MAX);
    }

    private Duration refusedPush(ObjectName first) throws Exception {
        ObjectName commit = cluster.commit();
        long begun = System.nanoTime();
        PushOutcome outcome = cluster.tryPush("n1", "main", commit);
        Duration took = Duration.ofNanos(System.nanoTime() - begun);
        assertThat(outcome).isInstanceOfSatisfying(PushOutcome.Refused.class,
            refused -> assertThat(refused.why()).contains("nothing was changed").contains("n2").contains("n3"));
        assertThat(cluster.node("n1").refs(ReplicaCluster.REPO)).containsEntry("refs/heads/main", first.hex());
        return took;
    }

    @Test
    void aNodeThatWasAwayCatchesUpByItself() throws Exception {
        ObjectName last = cluster.push("n1", "main");
        cluster.awaitLevel("main", last, LEVEL_MAX);
        cluster.kill("n3");
        for (int i = 0; i < 5; i++) {
            last = cluster.push("n1", "main");
        }
        cluster.push("n2", "other");
        cluster.start("n3");
        cluster.awaitLevel("main", last, LEVEL_MAX);
    }

    @Test
    void nothingIsLostWhenAllNodesRestart() throws Exception {
        ObjectName last = cluster.push("n1", "main");
        for (String node : List.of("n1", "n2", "n3")) {
            cluster.kill(node);
        }
        for (String node : List.of("n1", "n2", "n3")) {
            cluster.start(node);
        }
        cluster.awaitLevel("main", last, LEVEL_MAX);
        ObjectName next = cluster.push("n3", "main");
        cluster.awaitLevel("main", next, LEVEL_MAX);
    }
}
