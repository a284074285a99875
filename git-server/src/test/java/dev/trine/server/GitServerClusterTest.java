package dev.trine.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.trine.common.model.RepoId;
import dev.trine.proto.NodeStatusRequest;
import dev.trine.proto.RepairReply;
import dev.trine.proto.RepairRequest;
import dev.trine.proto.Role;
import dev.trine.proto.SealRequest;
import dev.trine.server.hosting.Git;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Three nodes and the real git. */
class GitServerClusterTest {
    private static final Duration CATCH_UP_MAX = Duration.ofSeconds(120);
    /** Of the five seconds that a lease lasts, most are left when its holder stops. */
    private static final Duration LEASE_LEFT = Duration.ofSeconds(2);
    private static final int TIMES_MAX = 6;

    @TempDir
    private Path dir;

    private Git client(String name) throws Exception {
        return new Git(Files.createDirectories(dir.resolve(name)));
    }

    @Test
    void whatIsPushedIsOnAllNodesAndAnotherClientClonesIt() throws Exception {
        try (NodeCluster cluster = NodeCluster.start(dir)) {
            RepoId repo = cluster.createRepository();
            Git alice = client("alice");
            alice.run("init", "--quiet");
            Files.writeString(dir.resolve("alice/file"), "hello\n");
            alice.run("add", "file");
            String one = alice.commit("one");
            assertThat(alice.push(cluster.url(repo), "HEAD:refs/heads/main"))
                .containsPattern("trine: version 1 durable on n[123] n[123]");
            await().atMost(CATCH_UP_MAX).untilAsserted(() -> cluster.assertEqualAt(repo, 1));

            Git bob = client("bob");
            bob.run("clone", "--quiet", cluster.url(repo), ".");
            assertThat(bob.run("rev-parse", "HEAD").strip()).isEqualTo(one);
            assertThat(dir.resolve("bob/file")).hasContent("hello\n");
            bob.run("fsck", "--full", "--strict");
        }
    }

    @Test
    void aNodeThatWasAwayCatchesUpByItself() throws Exception {
        try (NodeCluster cluster = NodeCluster.start(dir)) {
            RepoId repo = cluster.createRepository();
            Git alice = client("alice");
            alice.run("init", "--quiet");
            alice.commit("one");
            alice.push(cluster.url(repo), "HEAD:refs/heads/main");
            await().atMost(CATCH_UP_MAX).untilAsserted(() -> cluster.assertEqualAt(repo, 1));

            cluster.stop("n1");
            alice.commit("two");
            alice.push(cluster.url(repo), "HEAD:refs/heads/main");
            alice.commit("three");
            assertThat(alice.push(cluster.url(repo), "HEAD:refs/heads/main", "HEAD:refs/heads/topic"))
                .contains("durable on n2 n3");

            cluster.start("n1");
            await().atMost(CATCH_UP_MAX).untilAsserted(() -> cluster.assertEqualAt(repo, 3));
        }
    }

    @Test
    void withOneNodeLeftAPushIsRefusedAndNamesTheOthers() throws Exception {
        try (NodeCluster cluster = NodeCluster.start(dir)) {
            RepoId repo = cluster.createRepository();
            Git alice = client("alice");
            alice.run("init", "--quiet");
            alice.commit("one");
            alice.push(cluster.url(repo), "HEAD:refs/heads/main");
            cluster.stop("n2");
            cluster.stop("n3");
            alice.commit("two");
            Git.Result refused = alice.tryRun("push", cluster.url(repo), "HEAD:refs/heads/main");
            assertThat(refused.exit()).isNotZero();
            assertThat(refused.output()).contains("n2").contains("n3");

            cluster.start("n3");
            await().atMost(CATCH_UP_MAX).untilAsserted(() ->
                assertThat(alice.tryRun("push", cluster.url(repo), "HEAD:refs/heads/main").exit()).isZero());
        }
    }

    @Test
    void aNodeThatStopsGivesItsLocksBack() throws Exception {
        try (NodeCluster cluster = NodeCluster.start(dir)) {
            RepoId repo = pushed(cluster);
            Duration took = Duration.ofDays(1);
            for (int times = 0; times < TIMES_MAX && took.compareTo(LEASE_LEFT) >= 0; times++) {
                took = takesUntilTheLockIsFree(cluster, repo);
            }
            assertThat(took).as("long before the lease would have ended by itself").isLessThan(LEASE_LEFT);
        }
    }

    /** From the end of the node that has the lock; on a busy machine one measurement tells little. */
    private Duration takesUntilTheLockIsFree(NodeCluster cluster, RepoId repo) throws Exception {
        new Git(dir.resolve("alice")).commit("more");
        new Git(dir.resolve("alice")).push(cluster.url(repo), "HEAD:refs/heads/main");
        Optional<String> holder = cluster.lockHolder(repo);
        if (holder.isEmpty()) {
            return Duration.ofDays(1); // whoever looked was too late
        }
        cluster.stop(holder.get());
        long begun = System.nanoTime();
        for (String other : cluster.running()) {
            await().atMost(CATCH_UP_MAX).pollInterval(Duration.ofMillis(20))
                .until(() -> !cluster.describe(other, repo).hasLeaseHolder());
        }
        Duration took = Duration.ofNanos(System.nanoTime() - begun);
        cluster.start(holder.get());
        return took;
    }

    @Test
    void aRepairIsHandedOnToTheHolderOfTheLock() throws Exception {
        try (NodeCluster cluster = NodeCluster.start(dir)) {
            RepoId repo = pushed(cluster);
            boolean kept = false;
            for (int times = 0; times < TIMES_MAX && !kept; times++) {
                kept = keepsTheLockWhileOthersRepair(cluster, repo);
            }
            assertThat(kept).as("the holder has the lock still").isTrue();
        }
    }

    /** False also if the lease ended by itself meanwhile: the machine stood still. */
    private static boolean keepsTheLockWhileOthersRepair(NodeCluster cluster, RepoId repo) {
        RepairRequest repair = RepairRequest.newBuilder().setRepoId(repo.value()).setGeneration(1).build();
        cluster.repair("n1", repair);
        Optional<String> holder = cluster.lockHolder(repo);
        for (String node : cluster.running()) {
            RepairReply repaired = cluster.repair(node, repair);
            assertThat(repaired.getCommitted().getVersion()).isEqualTo(1);
            assertThat(repaired.getGeneration()).isEqualTo(1);
        }
        return holder.isPresent() && cluster.lockHolder(repo).equals(holder);
    }

    @Test
    void aRepositoryThatWasEndedIsGoneFromEveryDiskAndNeverComesBack() throws Exception {
        try (NodeCluster cluster = NodeCluster.start(dir)) {
            RepoId repo = pushed(cluster);
            SealRequest end = SealRequest.newBuilder().setRepoId(repo.value()).setGeneration(1).build();
            cluster.seal("n1", end);
            await().atMost(CATCH_UP_MAX).untilAsserted(() -> {
                for (String node : cluster.running()) {
                    assertThat(cluster.describe(node, repo).getRole()).isEqualTo(Role.DELETED);
                    assertThat(cluster.describe(node, repo).getRefs()).isZero();
                    assertThat(cluster.control(node).status(NodeStatusRequest.getDefaultInstance()).getRepositories())
                        .isZero();
                    assertThat(cluster.packs(node)).isEmpty();
                }
            });
            assertThatThrownBy(cluster::createRepository).hasMessageContaining("ALREADY_EXISTS");
            assertThatThrownBy(() -> cluster.control("n1").seal(end)).hasMessageContaining("FAILED_PRECONDITION");
            assertThat(client("bob").tryRun("ls-remote", cluster.url(repo)).exit()).isNotZero();
        }
    }

    /** A repository with one push, which all nodes have. */
    private RepoId pushed(NodeCluster cluster) throws Exception {
        RepoId repo = cluster.createRepository();
        Git alice = client("alice");
        alice.run("init", "--quiet");
        alice.commit("one");
        alice.push(cluster.url(repo), "HEAD:refs/heads/main");
        await().atMost(CATCH_UP_MAX).untilAsserted(() -> cluster.assertEqualAt(repo, 1));
        return repo;
    }
}
