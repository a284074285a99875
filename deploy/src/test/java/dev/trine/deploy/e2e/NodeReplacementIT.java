package dev.trine.deploy.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.trine.deploy.bench.GitClient;
import dev.trine.deploy.bench.LocalCluster;
import dev.trine.deploy.bench.Trees;
import dev.trine.deploy.e2e.TestCluster.Door;
import dev.trine.deploy.local.LoopbackPort;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;

/** A lost disk and a dead node are replaced while a client pushes and keeps a ledger of what was acknowledged. */
class NodeReplacementIT {
    private static final String BUSY = "team/busy";
    private static final List<String> REPOS = List.of(BUSY, "team/one", "team/two");
    private static final Duration EQUAL_MAX = Duration.ofSeconds(180);

    private TestCluster cluster;
    private Path work;
    private final List<String> acknowledged = new ArrayList<>();

    @BeforeEach
    void start() throws Exception {
        cluster = TestCluster.start();
        for (String repo : REPOS) {
            Path tree = cluster.created(Door.HTTP, repo);
            work = repo.equals(BUSY) ? tree : work;
        }
    }

    @AfterEach
    void stop() throws Exception {
        cluster.close();
    }

    @Test
    void aLostDiskIsReplacedWhilePushesGoOnAndThenTheNodeVotesAgain() throws Exception {
        whilePushing(() -> {
            cluster.processes().node("stop", "n3");
            Trees.delete(cluster.data().resolve("data/n3"));
            cluster.processes().node("start", "n3");
            await().atMost(EQUAL_MAX).until(() -> node("n3").path("state").asString("").equals("wiped"));
            assertThat(node("n3").path("problem").asString()).contains("trine node replace n3 n3");
            GitClient.Run replaced = cluster.processes().admin("node", "replace", "n3", "n3");
            assertThat(replaced.status()).as(replaced.err()).isZero();
            assertThat(replaced.out()).startsWith("replaced the disk of n3: 3 repositories");
        });
        for (String repo : REPOS) {
            await().atMost(EQUAL_MAX).until(() -> cluster.replicasAgree(repo));
            assertThat(cluster.describe(repo).path("generation").asLong()).isEqualTo(2);
        }
        await().atMost(EQUAL_MAX).until(() -> node("n3").path("state").asString("").equals("up"));
        cluster.processes().node("kill", "n1");
        push(acknowledged.size());
        everythingAcknowledgedIsThere();
    }

    @Test
    void anotherNodeTakesADeadOnesPlaceThoughTheRouterIsKilledInTheMiddle() throws Exception {
        try (FourthNode fourth = FourthNode.start(cluster)) {
            assertThat(cluster.processes().admin("node", "add", "n4", "--zone", "z4", "--address", fourth.address())
                .status()).isZero();
            await().atMost(EQUAL_MAX).until(() -> node("n4").path("state").asString("").equals("up"));
            cluster.processes().node("kill", "n3");
            GitClient.Run begun = cluster.processes().admin("node", "replace", "n3", "n4", "--detach");
            assertThat(begun.status()).as(begun.err()).isZero();
            cluster.processes().node("kill", "front");
            cluster.processes().node("start", "front");
            push(0);
            GitClient.Run replaced = cluster.processes().admin("node", "replace", "n3", "n4");
            assertThat(replaced.status()).as(replaced.err()).isZero();
            for (String repo : REPOS) {
                await().atMost(EQUAL_MAX).until(() -> cluster.replicasAgree(repo));
                assertThat(cluster.describe(repo).path("replicas").get(2).path("node").asString()).isEqualTo("n4");
            }
            cluster.processes().node("kill", "n1");
            push(1);
            everythingAcknowledgedIsThere();
        }
    }

    /** Something that is done to the cluster. */
    private interface Deed {
        void run() throws Exception;
    }

    private void whilePushing(Deed deed) throws Exception {
        AtomicBoolean over = new AtomicBoolean();
        try (ExecutorService pusher = Executors.newSingleThreadExecutor()) {
            Future<Integer> pushes = pusher.submit(() -> {
                int number = 0;
                while (!over.get()) {
                    push(number++);
                }
                return number;
            });
            try {
                deed.run();
            } finally {
                over.set(true);
            }
            assertThat(pushes.get()).isGreaterThan(3);
        }
    }

    /** What ran through a node that stopped may be repeated. */
    private void push(int number) throws Exception {
        String commit = cluster.commit(work, "file" + number, "change " + number);
        GitClient.Run first = cluster.git().run(work, "push", "origin", "main");
        if (first.status() != 0) {
            GitClient.Run second = cluster.git().run(work, "push", "origin", "main");
            assertThat(second.status()).as(first.err() + second.err()).isZero();
        }
        acknowledged.add(commit);
    }

    private void everythingAcknowledgedIsThere() throws Exception {
        Path clone = cluster.clone(Door.SSH, BUSY, "--bare");
        cluster.fsck(clone);
        assertThat(cluster.git().run(clone, "rev-list", "main").orFail().lines()).containsAll(acknowledged);
    }

    /** What is known of a node; nothing where the cluster does not say. */
    private JsonNode node(String name) {
        return cluster.read("node", "list").valueStream().filter(node -> node.path("name").asString().equals(name))
            .findFirst().orElseGet(MissingNode::getInstance);
    }

    /** A git server that the local cluster knows nothing of. */
    private record FourthNode(Process process, String address) implements AutoCloseable {
        static FourthNode start(TestCluster cluster) throws Exception {
            String address = "127.0.0.1:" + LoopbackPort.free(1).getFirst();
            Path third = cluster.data().resolve("conf/n3.yaml");
            List<String> lines = Files.readAllLines(third).stream()
                .map(line -> line.startsWith("node:") ? "node: n4" : line.startsWith("zone:") ? "zone: z4"
                    : line.startsWith("listen:") ? "listen: " + address : line.replace("data/n3", "data/n4")).toList();
            Path file = Files.write(cluster.data().resolve("conf/n4.yaml"), lines);
            return new FourthNode(new ProcessBuilder(System.getProperty(LocalCluster.LAUNCHER, "trine"), "git-server",
                "--config", file.toString()).redirectErrorStream(true)
                .redirectOutput(cluster.data().resolve("log/n4.log").toFile()).start(), address);
        }

        @Override
        public void close() throws InterruptedException {
            process.descendants().forEach(ProcessHandle::destroy);
            process.destroy();
            process.waitFor();
        }
    }
}
