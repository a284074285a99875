package dev.trine.server.replica;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.trine.common.model.ObjectName;
import dev.trine.common.model.PushOutcome;
import dev.trine.server.replication.Answer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node whose whole data directory is put back as it was earlier, incarnation and all. */
final class OldCopyTest {
    private static final Duration LONG = Duration.ofSeconds(60);

    @TempDir
    private Path dir;
    private ReplicaCluster cluster;

    @BeforeEach
    void startWithAPush() throws Exception {
        cluster = new ReplicaCluster(dir);
        cluster.awaitLevel("main", cluster.push("n1", "main"), LONG);
    }

    @AfterEach
    void stop() throws Exception {
        cluster.close();
    }

    @Test
    void anOldCopyOfTheWholeDirectoryIsGivenAwayByWhatTheOthersHeardOfIt() throws Exception {
        takeCopyOf("n2");
        for (int i = 0; i < 3; i++) {
            cluster.awaitLevel("main", cluster.push("n1", "main"), LONG);
        }
        putCopyBack("n2");

        await().atMost(LONG).untilAsserted(() -> assertThat(cluster.node("n2").ended())
            .hasValueSatisfying(fact -> assertThat(fact).contains("older copy", "trine node replace")));
    }

    @Test
    void theOthersRememberWhatTheyHeardWhenTheyAreStartedAgain() throws Exception {
        takeCopyOf("n2");
        for (int i = 0; i < 3; i++) {
            cluster.awaitLevel("main", cluster.push("n1", "main"), LONG);
        }
        cluster.kill("n1");
        cluster.kill("n3");
        putCopyBack("n2");
        assertThat(cluster.node("n2").ended()).isEmpty();
        cluster.start("n1");
        cluster.start("n3");

        await().atMost(LONG).untilAsserted(() -> assertThat(cluster.node("n2").ended()).isPresent());
    }

    @Test
    void anOldCopyVotesForNothingWhileOneWitnessIsMissing() throws Exception {
        takeCopyOf("n2");
        cluster.kill("n3");
        cluster.push("n1", "main");
        cluster.kill("n1"); // it alone knows what n2 acknowledged
        cluster.start("n3");
        putCopyBack("n2");

        assertThat(cluster.node("n3").replicas().repair(ReplicaCluster.REPO, 1))
            .isInstanceOf(Answer.Refused.class);
        cluster.start("n1");
        await().atMost(LONG).untilAsserted(() -> assertThat(cluster.node("n2").ended()).isPresent());
    }

    @Test
    void aDirectoryThatWasMovedWithNothingMissingTakesPartOnceAllOthersHaveSaidSo() throws Exception {
        cluster.kill("n2");
        Path moved = dir.resolve("moved");
        copy(dir.resolve("n2"), moved);
        delete(dir.resolve("n2"));
        copy(moved, dir.resolve("n2"));
        cluster.start("n2");
        cluster.join();

        ObjectName tip = cluster.commit();
        await().atMost(LONG).untilAsserted(() ->
            assertThat(cluster.tryPush("n2", "main", tip)).isInstanceOf(PushOutcome.Committed.class));
        assertThat(cluster.node("n2").ended()).isEmpty();
    }

    private void takeCopyOf(String node) throws Exception {
        cluster.kill(node);
        copy(dir.resolve(node), dir.resolve("copy"));
        cluster.start(node);
        cluster.join();
    }

    private void putCopyBack(String node) throws Exception {
        cluster.kill(node);
        delete(dir.resolve(node));
        copy(dir.resolve("copy"), dir.resolve(node));
        cluster.start(node);
        cluster.join();
    }

    private static void copy(Path from, Path to) throws IOException {
        List<Path> all;
        try (Stream<Path> tree = Files.walk(from)) {
            all = tree.toList();
        }
        for (Path path : all) {
            Files.copy(path, to.resolve(from.relativize(path).toString()));
        }
    }

    private static void delete(Path root) throws IOException {
        List<Path> all;
        try (Stream<Path> tree = Files.walk(root)) {
            all = tree.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path path : all) {
            Files.delete(path);
        }
    }
}
