package dev.trine.router.rpc;

import static dev.trine.proto.Operation.READ;
import static dev.trine.proto.Operation.WRITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.trine.proto.ClusterStatusReply;
import dev.trine.proto.ClusterStatusRequest;
import dev.trine.proto.CreateRepoRequest;
import dev.trine.proto.CreateUserRequest;
import dev.trine.proto.ExplainRouteReply;
import dev.trine.proto.ExplainRouteRequest;
import dev.trine.proto.GetLiveRequest;
import dev.trine.proto.GrantRole;
import dev.trine.proto.Identity;
import dev.trine.proto.ListTokensRequest;
import dev.trine.proto.MigrationRule;
import dev.trine.proto.RevokeTokenRequest;
import dev.trine.proto.SetSettingRequest;
import dev.trine.proto.Upstream;
import dev.trine.proto.UpstreamCredential;
import dev.trine.proto.UpstreamsGrpc;
import dev.trine.router.fixture.DatabaseServer;
import dev.trine.router.fixture.TestRouter;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A router whose MariaDB is killed under it. */
class DatabaseAwayTest {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @TempDir
    static Path databaseDirectory;

    private static DatabaseServer database;

    @TempDir
    Path directory;

    private TestRouter router;
    private String token;
    private Identity ann;

    @BeforeAll
    static void startDatabase() throws IOException {
        database = DatabaseServer.mariaDb(databaseDirectory);
    }

    @AfterAll
    static void stopDatabase() {
        database.close();
    }

    @BeforeEach
    void start() throws Exception {
        database.startAgain();
        router = TestRouter.start(directory, """
            create-on-push: writers
            metadata: {url: "%s", user: root, patience: 2s, answer-max: 10s}
            cache: {fresh-for: 1ms, age-max: 1h}
            """.formatted(database.freshDatabase()));
        token = router.userWithToken("ann");
        router.grant("ann", "team", GrantRole.WRITER);
        ann = router.identify(token);
        router.route("team/tool", ann, WRITE);
        router.route("team/tool", ann, READ);
        router.root();
        router.admin().clusterStatus(ClusterStatusRequest.getDefaultInstance());
    }

    @AfterEach
    void close() throws Exception {
        router.close();
    }

    private static void away(ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOfSatisfying(StatusRuntimeException.class, thrown -> {
            assertThat(thrown.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
            assertThat(thrown.getStatus().getDescription()).contains("the metadata database at")
                .contains("does not answer; try again when it is back").doesNotContain("?");
        });
    }

    @Test
    void whatWasKnownIsRoutedAndSignedInAndTheRestIsRefusedWithASentence() throws Exception {
        database.kill();
        assertThat(router.identify(token)).isEqualTo(ann);
        assertThat(router.route("team/tool", ann, READ).getPath()).isEqualTo("team/tool");
        assertThat(router.route("team/tool", ann, WRITE).getPath()).isEqualTo("team/tool");
        away(() -> router.identify("trine_" + "0".repeat(64)));
        away(() -> router.route("team/new", ann, WRITE));
        away(() -> router.admin().createUser(CreateUserRequest.newBuilder().setName("bob").build()));
    }

    @Test
    void anExplanationShowsThatThePlacementIsOldAndTheStatusThatTheDatabaseIsAway() throws Exception {
        database.kill();
        ExplainRouteReply why = router.admin().explainRoute(ExplainRouteRequest.newBuilder().setRepo("team/tool")
            .setOperation(READ).build());
        assertThat(why.getPlacementSource()).isEqualTo("cache");
        assertThat(why.getDecision()).isEqualTo("committed");
        assertThat(why.getRule()).isEqualTo(1);
        assertThat(why.getAnswersList()).hasSize(3);
        ClusterStatusReply status = router.admin().clusterStatus(ClusterStatusRequest.getDefaultInstance());
        assertThat(status.getDegraded()).isTrue();
        assertThat(status.getMetadata()).contains("does not answer");
        assertThat(status.getNodesList()).hasSize(3).allMatch(node -> node.getState().equals("up"));
    }

    @Test
    void aRouterThatStartsWithoutItsDatabaseServesWhatItKnew() throws Exception {
        database.kill();
        router.stop();
        router.startAgain();
        assertThat(router.identify(token)).isEqualTo(ann);
        assertThat(router.route("team/tool", ann, READ).getPath()).isEqualTo("team/tool");
    }

    @Test
    void whatIsSetLiveHoldsAndIsToldButNotChanged() throws Exception {
        SetSettingRequest notice = SetSettingRequest.newBuilder().setName("notice").setValue("at six").build();
        router.admin().setSetting(notice);
        database.kill();
        away(() -> router.admin().setSetting(notice));
        router.stop();
        router.node(1).forgetLive();
        router.startAgain();
        assertThat(router.router().getLive(GetLiveRequest.getDefaultInstance()).getNewer().getValues(0).getValue())
            .isEqualTo("at six");
        await().atMost(PATIENCE).until(() -> router.node(1).live().values().containsValue("at six"));
    }

    @Test
    void whenTheDatabaseIsBackEverythingWorksAgain() throws Exception {
        database.kill();
        away(() -> router.route("team/new", ann, WRITE));
        database.startAgain();
        await().atMost(PATIENCE).ignoreExceptions().untilAsserted(() ->
            assertThat(router.route("team/new", ann, WRITE).getPath()).isEqualTo("team/new"));
        await().atMost(PATIENCE).ignoreExceptions().untilAsserted(() -> { // a third replica may come late
            ClusterStatusReply status = router.admin().clusterStatus(ClusterStatusRequest.getDefaultInstance());
            assertThat(status.getMetadata()).isEqualTo("ok");
            assertThat(status.getDegraded()).isFalse();
        });
    }

    @Test
    void aDatabaseThatHangsIsNotWaitedForLong() throws Exception {
        database.freeze();
        try {
            for (int i = 0; i < 20; i++) {
                assertThat(router.identify(token)).isEqualTo(ann);
                assertThat(router.route("team/tool", ann, READ).getPath()).isEqualTo("team/tool");
            }
            away(() -> router.route("team/new", ann, WRITE));
        } finally {
            database.thaw();
        }
    }

    @Test
    void whatWasChangedLastIsKnownThoughNobodyAskedForItSince() throws Exception {
        router.grant("ann", "crew", GrantRole.WRITER);
        router.admin().createRepo(CreateRepoRequest.newBuilder().setPath("crew/tool").build());
        database.kill();
        assertThat(router.route("crew/tool", ann, WRITE).getPath()).isEqualTo("crew/tool");
    }

    @Test
    void migrationRulesHoldThoughTheRouterStartsWithoutItsDatabase() throws Exception {
        UpstreamsGrpc.UpstreamsBlockingStub root = router.upstreamsAs(router.adminToken());
        root.setUpstream(Upstream.newBuilder().setName("old").setBaseUrl("https://old.example")
            .setCredential(UpstreamCredential.NO_CREDENTIAL).build());
        root.setMigrationRule(MigrationRule.newBuilder().setPath("team").setUpstream("old").setPercent(100).build());
        root.setMigrationRule(MigrationRule.newBuilder().setPath("team/tool").build());
        database.kill();
        router.stop();
        router.startAgain();
        assertThat(router.route("team/new", ann, WRITE).getUpstream().getName()).isEqualTo("old");
        assertThat(router.route("team/tool", ann, READ).hasUpstream()).isFalse();
    }

    @Test
    void aTokenThatWasRevokedDoesNotComeBackFromTheCache() throws Exception {
        long id = router.admin().listTokens(ListTokensRequest.newBuilder().setUser("ann").build()).getTokens(0).getId();
        router.admin().revokeToken(RevokeTokenRequest.newBuilder().setId(id).build());
        assertThatThrownBy(() -> router.identify(token)).hasMessageStartingWith("NOT_FOUND");
        database.kill();
        away(() -> router.identify(token));
    }
}
