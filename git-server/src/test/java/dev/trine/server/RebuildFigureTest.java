package dev.trine.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.trine.common.model.RepoId;
import dev.trine.common.wire.Wire;
import dev.trine.proto.LearnRequest;
import dev.trine.proto.NodeStatusRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * How fast an empty node copies a real repository, against {@code cp -r} of the same bytes on the same disk:
 * {@code -Dtrine.test.repository=DIR}, a bare repository.
 */
@EnabledIfSystemProperty(named = "trine.test.repository", matches = ".+")
class RebuildFigureTest {
    private static final Duration MAX = Duration.ofMinutes(20);
    private static final String UNLIMITED = """
        catch-up:
          bandwidth: 0
        """;

    @TempDir
    private Path dir;

    @Test
    void anEmptyNodeCopiesARealRepository() throws Exception {
        try (NodeCluster cluster = NodeCluster.start(dir)) {
            RepoId repo = cluster.createRepository();
            push(cluster.url(repo));
            await().atMost(MAX).until(() -> cluster.describe("n2", repo).getDigest()
                .equals(cluster.describe("n1", repo).getDigest()));
            long bytes = cluster.describe("n2", repo).getPackBytes();
            cluster.start(NodeCluster.SPARE, UNLIMITED);
            long begun = System.nanoTime();
            learn(cluster, repo);
            await().atMost(MAX).pollInterval(Duration.ofMillis(20)).until(() ->
                cluster.describe(NodeCluster.SPARE, repo).getDigest()
                    .equals(cluster.describe("n1", repo).getDigest()));
            double seconds = (System.nanoTime() - begun) / 1e9;
            long copied = cluster.control(NodeCluster.SPARE).status(NodeStatusRequest.getDefaultInstance())
                .getCatchUp().getBytesCopied();
            assertThat(copied).isPositive();
            double cp = copyByCommand();
            System.out.printf(Locale.ROOT, "rebuild: %.1f MB copied in %.2f s, %.0f MB/s; cp -r and sync of %.1f MB"
                + " in %.2f s, %.0f MB/s%n", copied / 1e6, seconds, copied / 1e6 / seconds, bytes / 1e6, cp,
                bytes / 1e6 / cp);
        }
    }

    /** Takes longer than other commands of git in tests may take. */
    private static void push(String url) throws Exception {
        int exit = new ProcessBuilder("git", "-C", System.getProperty("trine.test.repository"), "push", "--quiet", url,
            "refs/heads/*:refs/heads/*", "refs/tags/*:refs/tags/*").inheritIO().start().waitFor();
        assertThat(exit).isZero();
    }

    private static void learn(NodeCluster cluster, RepoId repo) {
        var spare = cluster.control(NodeCluster.SPARE).status(NodeStatusRequest.getDefaultInstance()).getMember();
        assertThat(cluster.control(NodeCluster.SPARE).learn(LearnRequest.newBuilder().setRepoId(repo.value())
            .setGeneration(1).addAllMembers(cluster.members().stream().map(Wire::toProto).toList()).setTarget(spare)
            .build())).isNotNull();
    }

    private double copyByCommand() throws Exception {
        Path copy = Files.createDirectories(dir.resolve("copy"));
        long begun = System.nanoTime();
        int exit = new ProcessBuilder("sh", "-c", "cp -r \"$1\" \"$2\" && find \"$2\" -type f -exec sync {} +", "sh",
            dir.resolve("n2/objects").toString(), copy.toString()).inheritIO().start().waitFor();
        assertThat(exit).isZero();
        return (System.nanoTime() - begun) / 1e9;
    }
}
