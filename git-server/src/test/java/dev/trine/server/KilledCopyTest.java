package dev.trine.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.trine.common.model.RepoId;
import dev.trine.common.wire.Wire;
import dev.trine.proto.CatchUpCounts;
import dev.trine.proto.LearnRequest;
import dev.trine.proto.NodeStatusRequest;
import dev.trine.proto.ReplicaDescription;
import dev.trine.server.hosting.Git;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node that is killed while it copies a repository goes on with what has come. */
class KilledCopyTest {
    private static final Duration MAX = Duration.ofSeconds(120);
    private static final int FILE_BYTES = 16 << 20;
    private static final int PART_BYTES = 800 << 10;
    private static final int PARTS = 3;
    /** So that it is killed long before it has all, however late somebody sees how much it has. */
    private static final String SLOW = """
        catch-up:
          bandwidth: 256k
        """;

    @TempDir
    private Path dir;

    @Test
    void killedAtSeveralOffsetsItCopiesNoByteTwice() throws Exception {
        try (NodeCluster cluster = NodeCluster.start(dir)) {
            RepoId repo = cluster.createRepository();
            pushed(cluster, repo);
            long here = 0;
            for (int part = 1; part <= PARTS; part++) {
                try (GitServerProcess node = start(cluster, SLOW)) {
                    learn(cluster, repo);
                    long wanted = here + PART_BYTES;
                    await().atMost(MAX).until(() -> bytesHere() >= wanted);
                }
                here = bytesHere();
            }
            try (GitServerProcess node = start(cluster, "")) {
                await().atMost(MAX).until(() -> cluster.describe(NodeCluster.SPARE, repo).getDigest()
                    .equals(cluster.describe("n1", repo).getDigest()));
                CatchUpCounts counts = cluster.control(NodeCluster.SPARE)
                    .status(NodeStatusRequest.getDefaultInstance()).getCatchUp();
                ReplicaDescription learnt = cluster.describe(NodeCluster.SPARE, repo);
                assertThat(counts.getBytesResumed()).isEqualTo(here)
                    .isGreaterThanOrEqualTo(PARTS * PART_BYTES);
                assertThat(counts.getFilesResumed()).isPositive();
                assertThat(counts.getBytesCopied() + counts.getBytesResumed()).isEqualTo(learnt.getPackBytes());
                await("nothing is left over").atMost(MAX).until(() -> bytesHere() == 0);
                await().atMost(MAX).untilAsserted(() -> assertThat(node.log()).contains("caught up"));
            }
        }
    }

    private void pushed(NodeCluster cluster, RepoId repo) throws Exception {
        Git alice = new Git(Files.createDirectories(dir.resolve("alice")));
        alice.run("init", "--quiet");
        byte[] bytes = new byte[FILE_BYTES];
        new Random(1).nextBytes(bytes);
        Files.write(dir.resolve("alice/large"), bytes);
        alice.run("add", "large");
        alice.commit("one");
        alice.push(cluster.url(repo), "HEAD:refs/heads/main");
        await().atMost(MAX).untilAsserted(() -> cluster.assertEqualAt(repo, 1));
    }

    private GitServerProcess start(NodeCluster cluster, String more) throws Exception {
        GitServerProcess process = new GitServerProcess(dir, "--config",
            cluster.configFile(NodeCluster.SPARE, more).toString());
        cluster.leadTo(NodeCluster.SPARE, process.awaitPort());
        return process;
    }

    private static void learn(NodeCluster cluster, RepoId repo) {
        var spare = cluster.control(NodeCluster.SPARE).status(NodeStatusRequest.getDefaultInstance()).getMember();
        assertThat(cluster.control(NodeCluster.SPARE).learn(LearnRequest.newBuilder().setRepoId(repo.value())
            .setGeneration(1).addAllMembers(cluster.members().stream().map(Wire::toProto).toList()).setTarget(spare)
            .build())).isNotNull();
    }

    /** Length of all that was copied and is not a pack yet. */
    private long bytesHere() throws IOException {
        long bytes = 0;
        try (Stream<Path> all = Files.walk(dir.resolve(NodeCluster.SPARE).resolve("objects"))) {
            for (Path file : all.filter(each -> each.getFileName().toString().startsWith("copy-")).toList()) {
                bytes += Files.size(file);
            }
        } catch (NoSuchFileException | java.io.UncheckedIOException e) {
            return bytes; // it has just become a pack
        }
        return bytes;
    }
}
