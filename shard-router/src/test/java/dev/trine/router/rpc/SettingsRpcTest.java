package dev.trine.router.rpc;

import static dev.trine.proto.Operation.READ;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.trine.proto.AdminGrpc.AdminBlockingStub;
import dev.trine.proto.ConfiguredValue;
import dev.trine.proto.CreateRepoRequest;
import dev.trine.proto.GetLiveReply;
import dev.trine.proto.GetLiveRequest;
import dev.trine.proto.Identity;
import dev.trine.proto.ListSettingsRequest;
import dev.trine.proto.LiveSetting;
import dev.trine.proto.RollbackSettingRequest;
import dev.trine.proto.SetSettingRequest;
import dev.trine.proto.SetVisibilityRequest;
import dev.trine.proto.SettingChange;
import dev.trine.proto.SettingHistoryRequest;
import dev.trine.proto.Visibility;
import dev.trine.router.fixture.TestRouter;
import dev.trine.router.metadata.MetadataConfig;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Live settings, as administrators change them, and as nodes, proxies and the router itself get them. */
@Timeout(60)
class SettingsRpcTest {
    private static final Duration PATIENCE = Duration.ofSeconds(50);
    private static final String CALLS = "clients.calls-max";

    @TempDir
    private Path directory;
    private TestRouter router;
    private AdminBlockingStub root;

    @BeforeEach
    void start() throws Exception {
        router = TestRouter.start(directory, "routing: {heartbeat: 50ms, probe-deadline: 30s, route-deadline: 1m}");
        root = router.admin();
    }

    @AfterEach
    void close() throws Exception {
        router.close();
    }

    private static SetSettingRequest.Builder value(String name, String value) {
        return SetSettingRequest.newBuilder().setName(name).setValue(value);
    }

    private LiveSetting set(String name, String value) {
        return root.setSetting(value(name, value).setReason("a test").build());
    }

    private LiveSetting get(String name) {
        return root.listSettings(ListSettingsRequest.newBuilder().setName(name).build()).getSettings(0);
    }

    private LiveSetting rollback(RollbackSettingRequest.Builder request) {
        return root.rollbackSetting(request.setName(CALLS).build());
    }

    private List<SettingChange> history(String name) {
        return root.settingHistory(SettingHistoryRequest.newBuilder().setName(name).build()).getChangesList();
    }

    private static String shown(LiveSetting setting) {
        return setting.getVersion() + " " + (setting.hasValue() ? setting.getValue() : "-") + " "
            + setting.getReason();
    }

    @Test
    void aSettingIsListedWithTypeRangeMeaningAndWhatIsConfigured() {
        router.node(1).configure(CALLS, "1024");
        router.node(3).configure(CALLS, "99");
        await().atMost(PATIENCE).until(() -> get(CALLS).getConfiguredCount() == 2);
        LiveSetting calls = get(CALLS);
        assertThat(calls.getType()).isEqualTo("integer");
        assertThat(calls.getRange()).isEqualTo("1 to 1000000");
        assertThat(calls.getMeaning()).isEqualTo("Git calls that a node serves at once");
        assertThat(calls.getAppliedBy()).isEqualTo("git servers");
        assertThat(calls.hasValue()).isFalse();
        assertThat(calls.getVersion()).isZero();
        assertThat(calls.getConfiguredList()).containsExactly(configured("n1", "1024"), configured("n3", "99"));
        assertThat(get("anonymous-read").getConfiguredList()).containsExactly(configured("router", "off"));
        assertThat(root.listSettings(ListSettingsRequest.getDefaultInstance()).getSettingsList())
            .hasSize(15).extracting(LiveSetting::getName).isSorted();
    }

    private static ConfiguredValue configured(String where, String value) {
        return ConfiguredValue.newBuilder().setWhere(where).setValue(value).build();
    }

    @Test
    void whatIsSetIsAtTheNodesWhenTheCallReturnsAndAgainAfterTheyForgotIt() throws Exception {
        LiveSetting set = set(CALLS, "0100");
        assertThat(shown(set)).isEqualTo("1 100 a test");
        assertThat(set.getOwner()).isEqualTo("admin");
        assertThat(set.hasSince()).isTrue();
        assertThat(set.getBehindList()).isEmpty();
        assertThat(router.nodes()).allMatch(node -> node.live().values().equals(Map.of(CALLS, "100")));
        router.node(2).forgetLive();
        await().atMost(PATIENCE).until(() -> router.node(2).live().values().equals(Map.of(CALLS, "100")));
        router.node(2).stop();
        assertThat(set("work.wait-max", "60s").getBehindList()).containsExactly("n2");
        assertThat(router.node(1).live().values()).isEqualTo(Map.of(CALLS, "100", "work.wait-max", "1m"));
        assertThat(set("notice", "later").getBehindList()).isEmpty();
        router.node(2).start();
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(get(CALLS).getBehindList()).isEmpty());
    }

    @Test
    void whatIsNoValueOrNoSettingIsRefusedInASentence() {
        assertThatThrownBy(() -> set(CALLS, "0")).hasMessage(
            "INVALID_ARGUMENT: clients.calls-max takes a value of type integer, 1 to 1000000, not '0'");
        assertThatThrownBy(() -> set("bulk.users", "120%")).hasMessage(
            "INVALID_ARGUMENT: bulk.users takes a value of type percentage, 0 to 100, not '120%'");
        assertThatThrownBy(() -> set("clients.calls", "9")).hasMessage("NOT_FOUND: there is no setting 'clients.calls'"
            + " that can be changed live; list them with 'trine settings get'");
        assertThat(history("")).isEmpty();
    }

    @Test
    void aReasonIsBounded() {
        assertThatThrownBy(() -> root.setSetting(value(CALLS, "9").setReason("x".repeat(501)).build()))
            .hasMessage("INVALID_ARGUMENT: a reason has at most 500 characters, and no control characters");
        assertThat(root.setSetting(value(CALLS, "9").setReason("x".repeat(500)).build()).getReason()).hasSize(500);
        assertThat(rollback(RollbackSettingRequest.newBuilder().setReason("y".repeat(500))).getReason())
            .hasSizeGreaterThan(500);
    }

    @Test
    void aChangeOfAnotherVersionThanExpectedIsRefused() {
        set(CALLS, "1");
        assertThatThrownBy(() -> root.setSetting(value(CALLS, "2").setExpectedVersion(0).build())).hasMessage(
            "FAILED_PRECONDITION: clients.calls-max is not at version 0 but at version 1, set by admin; look at it,"
                + " then try again with that version");
        assertThat(root.setSetting(value(CALLS, "2").setExpectedVersion(1).build()).getVersion()).isEqualTo(2);
        assertThatThrownBy(() -> rollback(RollbackSettingRequest.newBuilder().setExpectedVersion(1)))
            .hasMessageStartingWith("FAILED_PRECONDITION: clients.calls-max is not at version 1 but at version 2");
        assertThatThrownBy(() -> root.setSetting(value("notice", "x").setExpectedVersion(7).build()))
            .hasMessageStartingWith("FAILED_PRECONDITION: notice is not at version 7 but at no version, nobody");
    }

    @Test
    void aRollbackIsAChangeToAnEarlierValue() {
        assertThatThrownBy(() -> rollback(RollbackSettingRequest.newBuilder())).hasMessage(
            "FAILED_PRECONDITION: clients.calls-max was never set live, so there is nothing to go back to");
        set(CALLS, "10");
        assertThat(shown(rollback(RollbackSettingRequest.newBuilder()))).isEqualTo("2 - rollback to the configuration");
        assertThat(router.node(1).live().values()).isEmpty();
        set(CALLS, "30");
        set("notice", "x");
        set(CALLS, "50");
        assertThat(shown(rollback(RollbackSettingRequest.newBuilder().setReason("too many"))))
            .isEqualTo("6 30 rollback to version 3: too many");
        assertThat(shown(rollback(RollbackSettingRequest.newBuilder()))).isEqualTo("7 50 rollback to version 5");
        assertThat(shown(rollback(RollbackSettingRequest.newBuilder().setVersion(1))))
            .isEqualTo("8 10 rollback to version 1");
        assertThat(shown(rollback(RollbackSettingRequest.newBuilder().setVersion(0))))
            .isEqualTo("9 - rollback to the configuration");
        assertThatThrownBy(() -> rollback(RollbackSettingRequest.newBuilder().setVersion(4))).hasMessage(
            "NOT_FOUND: clients.calls-max has no version 4; list them with 'trine settings history clients.calls-max'");
        assertThat(history(CALLS)).extracting(SettingChange::getVersion).containsExactly(9L, 8L, 7L, 6L, 5L, 3L, 2L,
            1L);
        assertThat(history("")).hasSize(9);
        assertThat(history("").getLast().getValue()).isEqualTo("10");
    }

    /** Somebody's change that is not yet committed; what wants the same version waits for it. */
    private static void begin(Connection other) throws SQLException {
        other.setAutoCommit(false);
        try (Statement statement = other.createStatement()) {
            statement.executeUpdate("INSERT INTO live_setting_changes (version, name, content, owner, at_ms, reason)"
                + " VALUES (3, '" + CALLS + "', '30', 'bob', 4000000000000, '')");
            statement.executeUpdate("UPDATE live_settings SET version = 3 WHERE name = '" + CALLS + "'");
        }
    }

    private static boolean isWaitedFor(Connection other) throws SQLException {
        try (Statement statement = other.createStatement();
             ResultSet waiting = statement.executeQuery("SELECT COUNT(*) FROM information_schema.sessions"
                 + " WHERE blocker_id = SESSION_ID()")) {
            return waiting.next() && waiting.getInt(1) > 0;
        }
    }

    @Test
    void aRollbackIsRefusedWhenSomebodyChangesTheSettingInTheSameMoment() throws Exception {
        set(CALLS, "10");
        set(CALLS, "20");
        try (Connection other = DriverManager.getConnection(MetadataConfig.embedded(directory.resolve("data")), "trine",
                 ""); ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            begin(other);
            Future<LiveSetting> rollback = threads.submit(() -> rollback(RollbackSettingRequest.newBuilder()));
            await().atMost(PATIENCE).until(() -> isWaitedFor(other));
            other.commit();
            assertThatThrownBy(rollback::get).hasMessageEndingWith("FAILED_PRECONDITION: clients.calls-max is not at"
                + " version 2 but at version 3, set by bob; look at it, then try again with that version");
        }
        assertThat(history(CALLS)).extracting(SettingChange::getVersion).containsExactly(3L, 2L, 1L);
        assertThat(shown(rollback(RollbackSettingRequest.newBuilder()))).isEqualTo("4 20 rollback to version 2");
    }

    @Test
    void onlyAdministratorsOfTheClusterSeeAndChangeThem() throws Exception {
        AdminBlockingStub ann = router.adminAs(router.userWithToken("ann"));
        String why = "PERMISSION_DENIED: only administrators of the cluster see and change live settings";
        assertThatThrownBy(() -> ann.listSettings(ListSettingsRequest.getDefaultInstance())).hasMessage(why);
        assertThatThrownBy(() -> ann.setSetting(value(CALLS, "1").build())).hasMessage(why);
        assertThatThrownBy(() -> ann.settingHistory(SettingHistoryRequest.getDefaultInstance())).hasMessage(why);
        assertThatThrownBy(() -> ann.rollbackSetting(RollbackSettingRequest.newBuilder().setName(CALLS).build()))
            .hasMessage(why);
    }

    @Test
    void aProxyIsToldWhatIsNewerThanItHas() {
        assertThat(newer(0).hasNewer()).isFalse();
        set("notice", "at six");
        GetLiveReply first = newer(0);
        assertThat(first.getNewer().getValuesList()).hasSize(1)
            .allMatch(value -> value.getName().equals("notice") && value.getValue().equals("at six"));
        long stamp = first.getNewer().getStampMs();
        assertThat(newer(stamp).hasNewer()).isFalse();
        assertThat(newer(stamp + 1_000_000).hasNewer()).isFalse();
        root.rollbackSetting(RollbackSettingRequest.newBuilder().setName("notice").build());
        assertThat(newer(stamp).getNewer().getValuesList()).isEmpty();
        assertThat(newer(stamp).getNewer().getStampMs()).isGreaterThan(stamp);
    }

    private GetLiveReply newer(long stamp) {
        return router.router().getLive(GetLiveRequest.newBuilder().setStampMs(stamp).build());
    }

    @Test
    void readingWithoutSignInIsSwitchedLive() {
        root.createRepo(CreateRepoRequest.newBuilder().setPath("team/open").build());
        root.setVisibility(SetVisibilityRequest.newBuilder().setPath("team/open").setVisibility(Visibility.PUBLIC)
            .build());
        Identity nobody = Identity.getDefaultInstance();
        assertThatThrownBy(() -> router.route("team/open", nobody, READ)).hasMessageStartingWith("NOT_FOUND");
        set("anonymous-read", "on");
        assertThat(router.route("team/open", nobody, READ).getPath()).isEqualTo("team/open");
        set("anonymous-read", "off");
        assertThatThrownBy(() -> router.route("team/open", nobody, READ)).hasMessageStartingWith("NOT_FOUND");
    }
}
