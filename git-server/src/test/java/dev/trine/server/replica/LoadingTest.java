package dev.trine.server.replica;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.trine.common.config.ByteSize;
import dev.trine.common.model.Member;
import dev.trine.common.model.ObjectName;
import dev.trine.common.model.PushOutcome;
import dev.trine.common.model.RefName;
import dev.trine.common.model.RepoId;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Replicas come into memory when they are needed, leave it, and begin where they are late. */
@Timeout(300)
class LoadingTest {
    private static final RepoId OTHER = new RepoId("b".repeat(32));
    private static final RefName MAIN = new RefName("refs/heads/main");
    private static final Duration LEVEL_MAX = Duration.ofSeconds(60);
    private static final ReplicaSettings HASTY = new ReplicaSettings(1, Duration.ofMillis(200), Duration.ofHours(1),
        new ByteSize(1 << 30), Duration.ofSeconds(10), Duration.ofSeconds(10), Duration.ofHours(1),
        SafetySettings.DEFAULT);

    @TempDir
    private Path dir;
    private ReplicaCluster cluster;

    @BeforeEach
    void start() throws Exception {
        cluster = new ReplicaCluster(dir, HASTY);
    }

    @AfterEach
    void stop() throws Exception {
        cluster.close();
    }

    @Test
    void anIdleReplicaLeavesMemoryAndIsThereAgainForTheNextPush() throws Exception {
        for (String node : List.of("n1", "n2", "n3")) {
            ObjectName commit = cluster.push(node, "main");
            cluster.awaitLevel("main", commit, LEVEL_MAX);
            for (String each : List.of("n1", "n2", "n3")) {
                await().atMost(LEVEL_MAX).until(() -> cluster.node(each).replicas().inMemory() == 0);
            }
        }
    }

    @Test
    void aProbeLoadsNothing() throws Exception {
        ReplicaNode node = cluster.node("n1");
        await().atMost(LEVEL_MAX).until(() -> node.replicas().inMemory() == 0);
        assertThat(node.replicas().probe(ReplicaCluster.REPO).orElseThrow().members()).hasSize(3);
        assertThat(node.replicas().inMemory()).isZero();
    }

    @Test
    void aBusyNodeMakesRoomForAnotherRepositoryOnceOneIsQuiet() throws Exception {
        List<Member> members = cluster.members();
        for (String node : List.of("n1", "n2", "n3")) {
            cluster.node(node).create(OTHER, members);
        }
        cluster.push("n1", "main");
        ObjectName commit = cluster.commit();
        await().atMost(LEVEL_MAX).ignoreExceptions().until(() ->
            cluster.tryPush("n1", OTHER, "main", commit) instanceof PushOutcome.Committed);
    }

    @Test
    void aNodeThatMissedTheCreationCatchesUpWhenItIsMadeUpFor() throws Exception {
        List<Member> members = cluster.members();
        cluster.node("n1").create(OTHER, members);
        cluster.node("n2").create(OTHER, members);
        ObjectName commit = cluster.commit();
        cluster.push("n1", OTHER, "main", commit);
        cluster.node("n3").create(OTHER, members);
        await().atMost(LEVEL_MAX).until(() ->
            commit.hex().equals(cluster.node("n3").refs(OTHER).get("refs/heads/main")));
    }

    @Test
    void aReplicaIsCreatedOnceAndForTheseMembersOnly() {
        List<Member> members = cluster.members();
        Replicas replicas = cluster.node("n1").replicas();
        assertThat(replicas.create(OTHER, members, MAIN)).isEqualTo(Replicas.Creation.CREATED);
        assertThat(replicas.create(OTHER, members, MAIN)).isEqualTo(Replicas.Creation.CREATED);
        assertThat(replicas.create(OTHER, members.reversed(), MAIN)).isEqualTo(Replicas.Creation.EXISTS);
    }
}
