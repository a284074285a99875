package dev.trine.router;

import static dev.trine.proto.Operation.READ;
import static dev.trine.proto.Operation.WRITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.trine.common.lifecycle.StartException;
import dev.trine.common.model.Epoch;
import dev.trine.proto.CreateRepoRequest;
import dev.trine.proto.GetReplacementRequest;
import dev.trine.proto.ListReplacementsRequest;
import dev.trine.proto.ReplaceNodeRequest;
import dev.trine.proto.Replacement;
import dev.trine.proto.Repo;
import dev.trine.router.fixture.DatabaseServer;
import dev.trine.router.fixture.TestRouter;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Routers that start while their MariaDB does not answer, and what they had begun before. */
class DatabaseLateTest {
    private static final Duration LONG = Duration.ofMinutes(2);
    private static final String METADATA = "metadata: {url: \"%s\", user: root, patience: 2s, answer-max: 10s,"
        + " first-max: %s}\n";
    private static final String QUICK = "routing: {heartbeat: 50ms, reconcile: 50ms, probe-deadline: 30s,"
        + " route-deadline: 1m}\n"
        + "cache: {copy-every: 100ms}\n";

    @TempDir
    static Path databaseDirectory;

    private static DatabaseServer database;

    @TempDir
    Path directory;

    @BeforeAll
    static void startDatabase() throws IOException {
        database = DatabaseServer.mariaDb(databaseDirectory);
    }

    @AfterAll
    static void stopDatabase() {
        database.close();
    }

    @BeforeEach
    void letItAnswer() throws IOException {
        database.startAgain();
    }

    private TestRouter start(String firstMax) throws Exception {
        return TestRouter.start(directory, METADATA.formatted(database.freshDatabase(), firstMax) + QUICK);
    }

    @Test
    void aFirstStartWaitsUntilTheDatabaseAnswers() throws Exception {
        database.freeze();
        FutureTask<TestRouter> starting = new FutureTask<>(() -> start("10m"));
        Thread starter = Thread.ofPlatform().start(starting);
        try {
            await().atMost(LONG).until(() -> starting.isDone() || waits(starter));
            assertThat(starting.isDone()).isFalse();
        } finally {
            database.thaw();
        }
        try (TestRouter router = starting.get(LONG.toSeconds(), TimeUnit.SECONDS)) {
            assertThat(router.root().getUser()).isEqualTo("admin");
        }
    }

    private static boolean waits(Thread starter) {
        return Arrays.stream(starter.getStackTrace()).anyMatch(frame -> frame.getMethodName().equals("awaitFirst"));
    }

    @Test
    void aFirstStartWithoutADatabaseEndsInASentenceThatSaysWhatItHasWaitedFor() {
        database.kill();
        assertThatThrownBy(() -> start("1s")).isInstanceOf(StartException.class)
            .hasMessageContaining("the metadata database at jdbc:mysql://127.0.0.1:")
            .hasMessageContaining("has never seen it").hasMessageContaining("it has waited for 1 s");
    }

    @Test
    void aRouterThatKnowsItsClusterServesWithoutWaitingForADatabaseThatHangs() throws Exception {
        try (TestRouter router = start("10m")) {
            router.admin().createRepo(CreateRepoRequest.newBuilder().setPath("team/tool").build());
            router.route("team/tool", router.root(), WRITE);
            router.stop();
            database.freeze();
            try {
                router.startAgain();
                assertThat(router.route("team/tool", router.root(), READ).getPath()).isEqualTo("team/tool");
            } finally {
                database.thaw();
            }
        }
    }

    private static Replacement begun(TestRouter router) throws Exception {
        Repo repo = router.admin().createRepo(CreateRepoRequest.newBuilder().setPath("team/tool").build());
        await().atMost(LONG).until(() -> router.nodes().stream().allMatch(node -> node.has(repo.getId())));
        router.nodes().forEach(node -> node.at(repo.getId(), new Epoch(1, 1, 0), 70, 70));
        router.root();
        router.node(3).loseDisk('c');
        router.node(3).holdCopies(true);
        Replacement begun = router.admin().replaceNode(ReplaceNodeRequest.newBuilder().setOldNode("n3")
            .setNewNode("n3").build());
        await().atMost(LONG).until(() -> router.node(3).learned() > 0);
        return begun;
    }

    private static int seals(TestRouter router) {
        return router.node(1).seals() + router.node(2).seals();
    }

    private static void awaitDone(TestRouter router, Replacement replacement) {
        await().atMost(LONG).ignoreExceptions().untilAsserted(() -> assertThat(router.admin().getReplacement(
            GetReplacementRequest.newBuilder().setId(replacement.getId()).build()).getState()).isEqualTo("DONE"));
        assertThat(seals(router)).isEqualTo(1);
    }

    @Test
    void aReplacementStandsStillWhenTheRouterIsRestartedWithoutItsDatabaseAndThenGoesOnByItself() throws Exception {
        try (TestRouter router = start("10m")) {
            Replacement replacement = begun(router);
            database.kill();
            router.stop();
            router.startAgain();
            router.node(3).holdCopies(false);
            assertThatThrownBy(() -> router.admin().listReplacements(ListReplacementsRequest.getDefaultInstance()))
                .hasMessageStartingWith("UNAVAILABLE: the metadata database at")
                .hasMessageContaining("replacements that were begun then go on by themselves");
            assertThat(router.route("team/tool", router.root(), READ).getPath()).isEqualTo("team/tool");
            assertThat(seals(router)).isZero();
            database.startAgain();
            awaitDone(router, replacement);
        }
    }

    @Test
    void whatARouterHasInHandMovesOnWithoutTheDatabaseAndIsNotedWhenItIsBack() throws Exception {
        try (TestRouter router = start("10m")) {
            Replacement replacement = begun(router);
            database.kill();
            router.node(3).holdCopies(false);
            await().atMost(LONG).until(() -> seals(router) == 1);
            database.startAgain();
            awaitDone(router, replacement);
        }
    }
}
