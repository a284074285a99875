package dev.trine.deploy.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trine.deploy.bench.GitClient;
import dev.trine.deploy.bench.SshCommand;
import dev.trine.deploy.e2e.TestCluster.Door;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** What a stock git sees of settings that are changed while the cluster runs. */
class SettingsIT {
    private static TestCluster cluster;
    private static Path work;

    @BeforeAll
    static void start() throws Exception {
        cluster = TestCluster.start();
        work = cluster.created(Door.HTTP, "open/app");
        cluster.read("repo", "visibility", "open/app", "public");
    }

    @AfterAll
    static void stop() throws Exception {
        cluster.close();
    }

    private static GitClient.Run stranger() throws Exception {
        return cluster.git(Map.of("GIT_CONFIG_VALUE_0", "X-None: 1", "GIT_TERMINAL_PROMPT", "0"))
            .run(work, "ls-remote", cluster.url(Door.HTTP, "open/app"));
    }

    /** Waits until these nodes, and no others, do not have the newest values. */
    private static void behind(String setting, String... nodes) {
        Awaitility.await().atMost(Duration.ofSeconds(90)).untilAsserted(() ->
            assertThat(cluster.read("settings", "get", setting).path("behind")).extracting(JsonNode::asString)
                .containsExactly(nodes));
    }

    @Test
    void aBoundIsClosedOpenedAndRolledBackWithoutARestart() throws Exception {
        assertThat(stranger().status()).isNotZero();
        cluster.read("settings", "set", "anonymous-read", "on", "--reason", "open day");
        stranger().orFail();
        cluster.read("settings", "set", "clients.anonymous-calls-max", "0");
        behind("clients.anonymous-calls-max");
        GitClient.Run refused = stranger();
        assertThat(refused.status()).isNotZero();
        assertThat(refused.err()).contains("this node serves 0 calls without sign-in already, its limit"
            + " (clients.anonymous-calls-max); sign in, or try again in a moment");
        cluster.git().run(work, "ls-remote", "origin").orFail();
        assertThat(cluster.read("settings", "rollback", "clients.anonymous-calls-max").path("reason").asString())
            .isEqualTo("rollback to the configuration");
        behind("clients.anonymous-calls-max");
        stranger().orFail();
        assertThat(cluster.read("settings", "get", "anonymous-read").path("owner").asString()).isEqualTo("admin");
        cluster.read("settings", "rollback", "anonymous-read", "0");
        assertThat(stranger().status()).isNotZero();
        assertThat(cluster.read("settings", "history")).hasSizeGreaterThanOrEqualTo(4);
    }

    @Test
    void aNoticeIsToldAtBothDoors() throws Exception {
        cluster.read("settings", "set", "notice", "Maintenance at 18:00 UTC");
        String ssh = cluster.url(Door.SSH, "open/app");
        String loud = SshCommand.with(cluster.identity(), cluster.data().resolve("known_hosts"), Set.of())
            .replace("LogLevel=ERROR", "LogLevel=INFO");
        GitClient overSsh = cluster.git(Map.of("GIT_SSH_COMMAND", loud));
        Awaitility.await().atMost(Duration.ofSeconds(90)).untilAsserted(() ->
            assertThat(overSsh.run(work, "ls-remote", ssh).err()).contains("Maintenance at 18:00 UTC"));
        Awaitility.await().atMost(Duration.ofSeconds(90)).untilAsserted(() ->
            assertThat(cluster.git().run(work, "ls-remote", cluster.url(Door.HTTP, "open/none")).err())
                .contains("remote: Maintenance at 18:00 UTC"));
        cluster.read("settings", "rollback", "notice");
        Awaitility.await().atMost(Duration.ofSeconds(90)).untilAsserted(() ->
            assertThat(overSsh.run(work, "ls-remote", ssh).err()).doesNotContain("Maintenance"));
    }

    @Test
    void aNodeThatStartsAgainIsToldAgain() throws Exception {
        cluster.kill("n2");
        cluster.read("settings", "set", "clients.user-calls-max", "77");
        behind("clients.user-calls-max", "n2");
        cluster.processes().node("start", "n2");
        behind("clients.user-calls-max");
        cluster.read("settings", "rollback", "clients.user-calls-max");
    }
}
