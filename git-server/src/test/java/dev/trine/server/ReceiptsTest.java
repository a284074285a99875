package dev.trine.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import dev.trine.common.model.RepoId;
import dev.trine.common.wire.Wire;
import dev.trine.proto.NodeStatusReply;
import dev.trine.proto.NodeStatusRequest;
import dev.trine.proto.ReadPoint;
import dev.trine.proto.ReadReceiptsReply;
import dev.trine.proto.ReadReceiptsRequest;
import dev.trine.proto.Receipt;
import dev.trine.proto.RefChange;
import dev.trine.proto.RefsUpdate;
import dev.trine.proto.UpdateRefsRequest;
import dev.trine.server.hosting.Git;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.ToLongFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What three nodes keep of the pushes that a real git client makes. */
class ReceiptsTest {
    private static final Duration CATCH_UP_MAX = Duration.ofSeconds(120);
    private static final int WRITERS = 64;

    @TempDir
    private Path dir;
    private NodeCluster cluster;
    private RepoId repo;
    private Git git;

    @BeforeEach
    void start() throws Exception {
        cluster = NodeCluster.start(dir);
        repo = cluster.createRepository();
        git = new Git(Files.createDirectories(dir.resolve("work")));
        git.run("init", "--quiet");
        git.commit("one");
    }

    @AfterEach
    void stop() throws Exception {
        cluster.close();
    }

    @Test
    void eachAcknowledgedChangeHasTheSameReceiptOnAllNodes() {
        git.push(cluster.url(repo), "HEAD:refs/heads/main");
        git.commit("two");
        String told = git.push(cluster.url(repo), "HEAD:refs/heads/main", "HEAD:refs/tags/t");
        await().atMost(CATCH_UP_MAX).untilAsserted(() -> cluster.assertEqualAt(repo, 2));
        List<Receipt> first = receipts("n1");
        assertThat(first).extracting(receipt -> receipt.getAt().getVersion()).containsExactly(2L, 1L);
        assertThat(first.getFirst().getRefsDigest()).isEqualTo(cluster.describe("n1", repo).getDigest())
            .isEqualTo(cluster.describe("n1", repo).getFoundDigest());
        assertThat(told).contains("(receipt " + Wire.fromProto(first.getFirst()).id() + ")");
        for (String node : List.of("n2", "n3")) {
            List<Receipt> other = receipts(node);
            assertThat(other).hasSize(2);
            for (int i = 0; i < 2; i++) {
                assertThat(Wire.fromProto(other.get(i)).agreesWith(Wire.fromProto(first.get(i)))).isTrue();
            }
        }
    }

    @Test
    void aNodeThatWasAwayTakesOverTheReceiptsThatItLacks() throws Exception {
        git.push(cluster.url(repo), "HEAD:refs/heads/main");
        await().atMost(CATCH_UP_MAX).untilAsserted(() -> cluster.assertEqualAt(repo, 1));
        cluster.stop("n3");
        for (int i = 0; i < 3; i++) {
            git.commit("more");
            git.push(cluster.url(repo), "HEAD:refs/heads/main");
        }
        cluster.start("n3");
        await().atMost(CATCH_UP_MAX).untilAsserted(() -> cluster.assertEqualAt(repo, 4));
        assertThat(receipts("n3")).extracting(receipt -> receipt.getAt().getVersion()).containsExactly(4L, 3L, 2L, 1L);
        assertThat(read("n3").getReceiptsFrom()).isEqualTo(1);
    }

    @Test
    void aPushThatIsTriedAgainUnderItsTokenTakesEffectOnce() {
        String one = git.run("rev-parse", "HEAD").strip();
        git.push(cluster.url(repo), "HEAD:refs/heads/main");
        String two = git.commit("two");
        assertThat(git.push("-o", "trine.push-id=release-1.0", cluster.url(repo), "HEAD:refs/heads/main"))
            .contains("trine: version 2 durable on").doesNotContain("carried out before");
        git.push("--force", cluster.url(repo), one + ":refs/heads/main");
        assertThat(git.push("-o", "trine.push-id=release-1.0", cluster.url(repo), "HEAD:refs/heads/main"))
            .contains("trine: version 2 durable on").contains("carried out before");
        assertThat(git.run("ls-remote", cluster.url(repo), "refs/heads/main")).startsWith(one).doesNotContain(two);
    }

    @Test
    void aTokenOfAnotherPushIsRefused() {
        git.push(cluster.url(repo), "HEAD:refs/heads/first"); // somebody has the lock: no token is spent in vain
        git.push("-o", "trine.push-id=release-1.0", cluster.url(repo), "HEAD:refs/heads/main");
        git.commit("two");
        Git.Result other = git.tryRun("push", "-o", "trine.push-id=release-1.0", cluster.url(repo),
            "HEAD:refs/heads/main");
        assertThat(other.exit()).isNotZero();
        assertThat(other.output()).contains("belongs to another push, which is version 2")
            .contains("push again with another trine.push-id");
    }

    @Test
    void aRejectedPushWithATokenChangesNothingAndItsTokenIsSpent() {
        git.push(cluster.url(repo), "HEAD:refs/heads/main");
        String one = git.run("rev-parse", "HEAD").strip();
        git.commit("two");
        git.push(cluster.url(repo), "HEAD:refs/heads/main");
        String[] stale = {"push", "-o", "trine.push-id=release-1.0", "--force-with-lease=main:" + one,
            cluster.url(repo), "HEAD:refs/heads/other", "HEAD~1:refs/heads/other/below"};
        Git.Result rejected = git.tryRun(stale);
        assertThat(rejected.exit()).isNotZero();
        assertThat(git.run("ls-remote", cluster.url(repo))).doesNotContain("refs/heads/other");
    }

    @Test
    void writersOfOneRepositoryShareAppends() throws Exception {
        git.push(cluster.url(repo), "HEAD:refs/heads/main");
        ByteString tip = ByteString.fromHex(git.run("rev-parse", "HEAD").strip());
        long entriesBefore = sum(NodeStatusReply::getLogEntries);
        long appendsBefore = sum(NodeStatusReply::getLogAppends);
        CountDownLatch go = new CountDownLatch(1);
        List<Future<?>> all = new ArrayList<>();
        try (ExecutorService writers = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int writer = 0; writer < WRITERS; writer++) {
                String name = "writer-" + writer;
                all.add(writers.submit(() -> {
                    go.await();
                    create(name, tip);
                    return null;
                }));
            }
            go.countDown();
        }
        for (Future<?> writer : all) {
            writer.get();
        }
        await().atMost(CATCH_UP_MAX).untilAsserted(() ->
            cluster.assertEqualAt(repo, cluster.describe("n1", repo).getCommitted().getVersion()));
        long entries = sum(NodeStatusReply::getLogEntries) - entriesBefore;
        long appends = sum(NodeStatusReply::getLogAppends) - appendsBefore;
        assertThat(entries).isGreaterThanOrEqualTo(3L * WRITERS);
        assertThat(appends).as("appends of %d entries", entries).isLessThan(entries);
    }

    /** Makes a branch without a process of git, so that all come at once; again if it was refused. */
    private void create(String branch, ByteString tip) {
        UpdateRefsRequest request = UpdateRefsRequest.newBuilder().setRepoId(repo.value())
            .setReadPoint(ReadPoint.newBuilder().setGeneration(1).setMode(ReadPoint.Mode.COMMITTED))
            .addChanges(RefChange.newBuilder().setName("refs/heads/" + branch).setNewId(tip))
            .setToken("creates-" + branch).setUser("alice").setFirst(true).build();
        await().atMost(CATCH_UP_MAX).until(() ->
            cluster.refs("n1").updateRefs(request).getOutcome() == RefsUpdate.Outcome.COMMITTED);
    }

    private long sum(ToLongFunction<NodeStatusReply> count) {
        return cluster.running().stream().map(node -> cluster.control(node)
            .status(NodeStatusRequest.getDefaultInstance())).mapToLong(count).sum();
    }

    private List<Receipt> receipts(String node) {
        return read(node).getReceiptsList();
    }

    private ReadReceiptsReply read(String node) {
        return cluster.control(node).readReceipts(ReadReceiptsRequest.newBuilder().setRepoId(repo.value())
            .setLimit(100).build());
    }
}
