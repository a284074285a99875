package dev.trine.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.trine.common.model.RepoId;
import dev.trine.server.hosting.Git;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Three nodes and the real git. */
class GitServerClusterTest {
    private static final Duration CATCH_UP_MAX = Duration.ofSeconds(10);

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
            assertThat(alice.run("push", cluster.url(repo), "HEAD:refs/heads/main"))
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
            alice.run("push", cluster.url(repo), "HEAD:refs/heads/main");
            await().atMost(CATCH_UP_MAX).untilAsserted(() -> cluster.assertEqualAt(repo, 1));

            cluster.stop("n1");
            alice.commit("two");
            alice.run("push", cluster.url(repo), "HEAD:refs/heads/main");
            alice.commit("three");
            assertThat(alice.run("push", cluster.url(repo), "HEAD:refs/heads/main", "HEAD:refs/heads/topic"))
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
            alice.run("push", cluster.url(repo), "HEAD:refs/heads/main");
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
}
