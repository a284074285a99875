package dev.trine.deploy.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.trine.deploy.bench.GitClient;
import dev.trine.deploy.e2e.TestCluster.Door;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Nodes die by kill -9 and return while a client pushes and keeps a ledger of what was acknowledged. */
class NodeLossIT {
    private static final String REPO = "team/loss";
    private static final int PUSHES_PER_NODE = 6;
    private static final Duration WRITABLE_MAX = Duration.ofSeconds(3);
    private static final Duration REFUSED_MAX = Duration.ofSeconds(5);
    private static final Duration EQUAL_MAX = Duration.ofSeconds(180);
    /** One measurement may tell more of a busy machine than of the cluster. */
    private static final int MEASUREMENTS_MAX = 6;

    private TestCluster cluster;
    private Path work;
    private final List<String> acknowledged = new ArrayList<>();

    @BeforeEach
    void start() throws Exception {
        cluster = TestCluster.start();
        work = cluster.created(Door.HTTP, REPO);
    }

    @AfterEach
    void stop() throws Exception {
        cluster.close();
    }

    /** What a receipt says is asked of the nodes; one that is away neither confirms nor contradicts. */
    private void receiptsHoldWithoutThatNode(String away) throws Exception {
        GitClient.Run shown = cluster.processes().admin("receipt", "list", REPO, "--limit", "1", "-o", "json");
        JsonNode receipt = new JsonMapper().readTree(shown.out()).get(0);
        Path file = cluster.fresh().resolve("receipt.json");
        Files.writeString(file, receipt.toString());
        for (String named : List.of(receipt.get("version").asString(), receipt.get("receipt").asString(),
            file.toString())) {
            GitClient.Run held = cluster.processes().admin("receipt", "verify", REPO, named);
            assertThat(held.status()).as(held.out() + held.err()).isZero();
            assertThat(held.out()).contains("is durable on").contains(away).contains("unreachable");
        }
        Files.writeString(file, receipt.toString().replace(receipt.get("chain").asString(), "0".repeat(64)));
        GitClient.Run forged = cluster.processes().admin("receipt", "verify", REPO, file.toString());
        assertThat(forged.status()).isEqualTo(4);
        assertThat(forged.out()).contains("ALARM");
    }

    private GitClient.Run refUpdate(String branch, String id, String token) throws Exception {
        return cluster.processes().admin("ref", "update", REPO, "refs/heads/" + branch, id, "--token", token);
    }

    @Test
    void nothingAcknowledgedIsLostWhenEachNodeDiesInTurn() throws Exception {
        int number = 0;
        for (String node : List.of("n1", "n2", "n3")) {
            for (int i = 0; i < PUSHES_PER_NODE; i++) {
                if (i == PUSHES_PER_NODE / 3) {
                    cluster.processes().node("kill", node);
                }
                pushWithOneRetry(++number);
                assertThat(heads(cluster.clone(i % 2 == 0 ? Door.HTTP : Door.SSH, REPO, "--bare")))
                    .contains(acknowledged.getLast());
            }
            startAndAwaitEqual(node);
        }
        Path clone = cluster.clone(Door.HTTP, REPO, "--bare");
        cluster.fsck(clone);
        assertThat(cluster.git().run(clone, "rev-list", "main").orFail().lines()).containsAll(acknowledged);
        everyPairOfNodesServesIt();
        everyDiskHoldsIt();
    }

    @Test
    void theHolderOfTheLockDiesAmongPushesAndOneSucceedsWithinThreeSeconds() throws Exception {
        pushWithOneRetry(1);
        String holder = holder();
        String tip = acknowledged.getLast();
        GitClient.Run merged = refUpdate("release", tip, "merge-4711");
        assertThat(merged.status()).as(merged.err()).isZero();
        Duration wait = pushAfterTheDeathOf(holder, 2);
        pushWithOneRetry(3);
        GitClient.Run again = refUpdate("release", tip, "merge-4711");
        assertThat(again.out()).as(again.err()).contains("carried out before")
            .startsWith(merged.out().substring(0, merged.out().indexOf(" durable")));
        assertThat(refUpdate("next", tip, "merge-4712").status()).isZero();
        assertThat(refUpdate("next", tip, "merge-4713").out()).contains("rejected refs/heads/next: fetch first");
        assertThat(cluster.git().run(work, "ls-remote", "origin").orFail())
            .contains(tip + "\trefs/heads/release", tip + "\trefs/heads/next");
        receiptsHoldWithoutThatNode(holder);
        startAndAwaitEqual(holder);
        for (int times = 1; times < MEASUREMENTS_MAX && wait.compareTo(WRITABLE_MAX) >= 0; times++) {
            pushWithOneRetry(2 * times + 2);
            String next = holder();
            wait = pushAfterTheDeathOf(next, 2 * times + 3);
            startAndAwaitEqual(next);
        }
        assertThat(wait).isLessThan(WRITABLE_MAX);
        assertThat(cluster.git().run(cluster.clone(Door.SSH, REPO, "--bare"), "rev-list", "main").orFail().lines())
            .containsAll(acknowledged);
    }

    @Test
    void withTwoNodesAwayPushesAreRefusedInWordsAndWorkAgainWhenOneReturns() throws Exception {
        pushWithOneRetry(1);
        cluster.processes().node("kill", "n1");
        cluster.processes().node("kill", "n2");
        cluster.commit(work, "refused", "refused");
        GitClient.Run refused = push();
        assertThat(refused.status()).isNotZero();
        assertThat(refused.err()).contains("n1", "n2");
        Duration wait = refused.took();
        for (int times = 1; times < MEASUREMENTS_MAX && wait.compareTo(REFUSED_MAX) >= 0; times++) {
            wait = push().took();
        }
        assertThat(wait).isLessThan(REFUSED_MAX);
        GitClient.Run unproven = cluster.git().run(work, "ls-remote", "origin");
        assertThat(unproven.status()).isNotZero();
        assertThat(unproven.err()).contains("n1", "n2");
        whereStaleReadsAreAllowedTheyAreServedAndSaidToBeOld();
        cluster.processes().node("start", "n2");
        await().atMost(EQUAL_MAX).until(() -> push().status() == 0);
        startAndAwaitEqual("n1");
    }

    /** With each node away in turn the two others serve the same, so each pair holds everything. */
    private void everyPairOfNodesServesIt() throws Exception {
        for (String away : List.of("n1", "n2", "n3")) {
            cluster.processes().node("kill", away);
            Path clone = cluster.clone(Door.SSH, REPO, "--bare");
            cluster.fsck(clone);
            assertThat(cluster.git().run(clone, "rev-list", "main").orFail().lines()).containsAll(acknowledged);
            startAndAwaitEqual(away);
        }
    }

    /** What lies on each disk, read by the stock git alone, is all that was acknowledged. */
    private void everyDiskHoldsIt() throws Exception {
        String id = cluster.describe(REPO).path("id").asString();
        cluster.processes().down();
        GitClient git = cluster.git();
        for (String node : List.of("n1", "n2", "n3")) {
            Path copy = cluster.fresh();
            git.run(copy, "init", "-q", "--bare").orFail();
            try (DirectoryStream<Path> packs = Files.newDirectoryStream(cluster.data()
                .resolve("data/" + node + "/objects/" + id.substring(0, 2) + "/" + id), "*.{pack,idx}")) {
                for (Path file : packs) {
                    Files.copy(file, copy.resolve("objects/pack").resolve(file.getFileName()));
                }
            }
            git.run(copy, "update-ref", "refs/heads/main", acknowledged.getLast()).orFail();
            cluster.fsck(copy);
            assertThat(git.run(copy, "rev-list", "main").orFail().lines()).as(node).containsAll(acknowledged);
        }
    }

    private void whereStaleReadsAreAllowedTheyAreServedAndSaidToBeOld() throws Exception {
        Files.writeString(cluster.data().resolve("conf/shard-router.yaml"), "allow-stale-reads: true\n",
            StandardOpenOption.APPEND);
        cluster.processes().node("stop", "front");
        cluster.processes().node("start", "front");
        Path clone = cluster.fresh();
        GitClient.Run stale = cluster.git().run(clone, "clone", "--bare", cluster.url(Door.HTTP, REPO), ".");
        assertThat(stale.err()).containsPattern("remote: trine: possibly old: version [0-9]+");
        assertThat(heads(clone)).contains(acknowledged.getLast());
        assertThat(cluster.git().run(work, "ls-remote", cluster.url(Door.SSH, REPO)).err())
            .containsPattern("trine: possibly old: version [0-9]+");
        assertThat(push().status()).isNotZero();
    }

    private String holder() throws Exception {
        return await().atMost(EQUAL_MAX).until(() -> cluster.describe(REPO).path("lockHolder").asString(""),
            name -> !name.isEmpty());
    }

    private Duration pushAfterTheDeathOf(String node, int number) throws Exception {
        String commit = commit(number);
        cluster.kill(node);
        long killed = System.nanoTime();
        pushWithOneRetry(commit);
        return Duration.ofNanos(System.nanoTime() - killed);
    }

    private void startAndAwaitEqual(String node) throws Exception {
        cluster.processes().node("start", node);
        await().atMost(EQUAL_MAX).until(() -> cluster.replicasAgree(REPO));
    }

    private String commit(int number) throws Exception {
        return cluster.commit(work, "file" + number, "change " + number);
    }

    private void pushWithOneRetry(int number) throws Exception {
        pushWithOneRetry(commit(number));
    }

    private void pushWithOneRetry(String commit) throws Exception {
        GitClient.Run first = push();
        if (first.status() != 0) {
            GitClient.Run second = push();
            assertThat(second.status()).as(first.err() + second.err()).isZero();
        }
        acknowledged.add(commit);
    }

    private GitClient.Run push() throws Exception {
        return cluster.git().run(work, "push", "origin", "main");
    }

    private String heads(Path clone) throws Exception {
        return cluster.git().run(clone, "for-each-ref", "refs/heads").orFail();
    }
}
