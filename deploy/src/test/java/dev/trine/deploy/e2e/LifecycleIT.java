package dev.trine.deploy.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.trine.deploy.bench.GitClient;
import dev.trine.deploy.bench.LocalCluster;
import dev.trine.deploy.e2e.TestCluster.Door;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Starting, stopping and resuming a cluster, and what stands in the way of it. */
class LifecycleIT {
    /** For tests that leave it as they found it. */
    private static TestCluster cluster;

    @BeforeAll
    static void start() throws Exception {
        cluster = TestCluster.start();
    }

    @AfterAll
    static void stop() throws Exception {
        cluster.close();
    }

    @Test
    void aClusterThatWasStoppedResumesWithItsData() throws Exception {
        try (TestCluster own = TestCluster.start()) {
            Path work = own.created(Door.HTTP, "team/kept");
            own.processes().down();
            assertThat(own.git().run(work, "ls-remote", "origin").status()).isNotZero();
            own.resume();
            assertThat(own.git().run(work, "ls-remote", own.url(Door.SSH, "team/kept"), "main").orFail())
                .startsWith(own.git().run(work, "rev-parse", "main").orFail().strip());
        }
    }

    @Test
    void theCommandsThatAreAnnouncedWorkAsTheyStand() throws Exception {
        try (TestCluster cluster = TestCluster.start()) {
            cluster.processes().down();
            GitClient.Run up = cluster.processes().trine("up", "--detach", "--data", cluster.data().toString(),
                "--http-port", "0", "--ssh-port", "0", "--api-port", "0");
            assertThat(up.orFail()).contains("http://127.0.0.1:", "ssh://git@127.0.0.1:",
                cluster.data().toRealPath().resolve("admin.token").toString());
            List<String> commands = up.out().lines().filter(line -> line.matches("  (git|\\S*trine) .*")).toList();
            assertThat(commands).hasSize(3);
            Path anywhere = cluster.fresh();
            GitClient.Run tried = cluster.git(Map.of("GIT_CONFIG_COUNT", "0", "GIT_SSH_COMMAND", ""))
                .command(anywhere, List.of("bash", "-euc", "unset GIT_SSH_COMMAND\n" + String.join("\n", commands)));
            assertThat(tried.status()).as(tried.err()).isZero();
            assertThat(anywhere.resolve("hello/.git")).isDirectory();
            assertThat(tried.out()).contains("demo/hello", "n1", "n2", "n3");
        }
    }

    @Test
    void secretsAreReadableByTheirOwnerOnly() throws Exception {
        for (String file : new String[] {"admin.token", "client.yaml"}) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(cluster.data().resolve(file))))
                .as(file).isEqualTo("rw-------");
        }
    }

    @Test
    void theUsersOwnKeysAreRegisteredAndStaySoWhenItStartsAgain(@TempDir Path directory) throws Exception {
        Path ssh = Files.createDirectories(directory.resolve("data-home/.ssh"));
        new GitClient(directory.resolve("keys"), Map.of()).command(ssh,
            List.of("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "mine", "-f", "id_mine")).orFail();
        Files.writeString(ssh.resolve("broken.pub"), "this is no key\n");
        try (LocalCluster own = LocalCluster.start(directory.resolve("data"))) {
            String keys = own.admin("key", "list", "admin").orFail();
            assertThat(keys).contains("mine", "trine-up");
            own.down();
            own.up();
            assertThat(own.admin("key", "list", "admin").orFail()).isEqualTo(keys);
        }
    }

    @Test
    void aSecondUpOnARunningClusterSaysSoAndHarmsNothing() throws Exception {
        GitClient.Run second = cluster.processes().trine("up", "--detach", "--data", cluster.data().toString(),
            "--http-port", "0", "--ssh-port", "0", "--api-port", "0");
        assertThat(second.status()).isNotZero();
        assertThat(second.err()).contains("running");
        cluster.created(Door.HTTP, "team/unharmed");
    }

    @Test
    void aPortInUseAndADirectoryOfANewerVersionAreOneSentenceEach() throws Exception {
        Path other = cluster.fresh().resolve("data");
        GitClient.Run taken = cluster.processes().trine("up", "--detach", "--data", other.toString(),
            "--http-port", String.valueOf(cluster.endpoints().http().getPort()), "--ssh-port", "0",
            "--api-port", "0");
        assertThat(taken.status()).isNotZero();
        assertThat(taken.err()).contains(String.valueOf(cluster.endpoints().http().getPort()))
            .doesNotContain("Exception");
        Path newer = Files.createDirectories(cluster.fresh().resolve("newer"));
        Files.writeString(newer.resolve("format"), "999\n");
        GitClient.Run refused = cluster.processes().trine("up", "--detach", "--data", newer.toString(),
            "--http-port", "0", "--ssh-port", "0", "--api-port", "0");
        assertThat(refused.status()).isNotZero();
        assertThat(refused.err()).contains("newer").doesNotContain("Exception");
        assertThat(newer.toFile().list()).containsExactly("format");
    }

    /** Java does without an archive that does not fit, and says nothing. */
    @Test
    void theStartUpArchivesThatWerePreparedFit() throws Exception {
        for (String process : new String[] {"n1", "n2", "front"}) {
            String pid = Files.readString(cluster.data().resolve("run/" + process + ".pid")).strip();
            assertThat(Files.readString(Path.of("/proc", pid, "maps"))).as(process)
                .containsPattern(process.equals("front") ? "/front\\.(aot|jsa)" : "/git-server\\.(aot|jsa)");
        }
    }

    @Test
    void aNodeIsStoppedAndStartedByName() throws Exception {
        LocalCluster processes = cluster.processes();
        processes.node("stop", "n2");
        await().atMost(Duration.ofSeconds(60)).until(() -> processes.admin("cluster", "status").status() == 3);
        processes.node("start", "n2");
        assertThat(processes.trine("node", "kill", "n9", "--data", cluster.data().toString()).status())
            .isNotZero();
    }
}
