package dev.trine.deploy.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trine.common.config.ConfigFile;
import dev.trine.http.HttpProxyConfig;
import dev.trine.inspector.cli.CommandFailure;
import dev.trine.router.ShardRouterConfig;
import dev.trine.server.GitServerConfig;
import dev.trine.ssh.SshProxyConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is written for services, git and people. */
class ConfigurationsTest {
    private static final Ports PORTS = new Ports(1, 2, 3, 4, 5, 6);
    @TempDir
    private Path directory;

    private ClusterDirectory cluster() {
        return ClusterDirectory.at(directory.resolve("da ta's"));
    }

    @Test
    void whatSomebodyAddedToAFileSurvivesAndOurKeysWin() throws Exception {
        Path file = directory.resolve("n1.yaml");
        YamlFile.set(file, Map.of("listen", "127.0.0.1:1", "data", Map.of("dir", "/d")), "ours");
        Files.writeString(file, Files.readString(file).replace("dir: /d", "dir: /elsewhere\n  cache: 64m")
            + "push:\n  idle-max: 5m\n");
        YamlFile.set(file, Map.of("listen", "127.0.0.1:9", "data", Map.of("dir", "/d")), "ours");
        assertThat(Files.readString(file)).contains("127.0.0.1:9").contains("dir: /d\n").contains("cache: 64m")
            .contains("idle-max: 5m").doesNotContain("elsewhere");
    }

    @Test
    void aFileThatSaysWhatWeWantKeepsItsComments() throws Exception {
        Path file = directory.resolve("n1.yaml");
        Files.writeString(file, "# mine\nlisten: 127.0.0.1:1\n");
        YamlFile.set(file, Map.of("listen", "127.0.0.1:1"), "ours");
        assertThat(file).hasContent("# mine\nlisten: 127.0.0.1:1\n");
    }

    @Test
    void aFileThatIsNotYamlIsToldRatherThanOverwritten() throws Exception {
        Path file = directory.resolve("n1.yaml");
        Files.writeString(file, "listen: [\n");
        assertThatThrownBy(() -> YamlFile.set(file, Map.of("listen", "x"), "ours"))
            .isInstanceOf(CommandFailure.class).hasMessageContaining("mend it");
        assertThat(file).hasContent("listen: [\n");
    }

    @Test
    void gitReadsTheHelperAndTheSshCommandAsTheyAreMeant() throws Exception {
        ClusterDirectory cluster = cluster();
        Files.createDirectories(cluster.root());
        Files.writeString(cluster.sshKey(), "");
        GitAccess.write(cluster, Endpoints.of(PORTS), "t0ken");
        assertThat(git("config", "-f", cluster.gitConfig().toString(), "core.sshCommand"))
            .isEqualTo("ssh -F /dev/null -i " + Shell.quoted(cluster.sshKey().toString()) + " -o IdentitiesOnly=yes"
                + " -o StrictHostKeyChecking=yes -o "
                + Shell.quoted("UserKnownHostsFile=\"" + cluster.knownHosts() + "\"") + "\n");
        assertThat(run(List.of("sh", "-c", "printf 'protocol=http\\nhost=127.0.0.1:1\\n\\n' | git "
            + GitAccess.option(cluster) + " credential fill"))).contains("username=admin\n", "password=t0ken\n");
    }

    @Test
    void everyServiceReadsTheFileThatIsWrittenForIt() throws Exception {
        ClusterDirectory cluster = cluster();
        new Configurations(cluster, PORTS).write();
        assertThat(ConfigFile.load(cluster.conf("n2"), GitServerConfig.class).peers()).hasSize(3);
        ShardRouterConfig router = ConfigFile.load(cluster.conf("shard-router"), ShardRouterConfig.class);
        assertThat(router.shards()).containsEntry("s1", List.of("n1", "n2", "n3"));
        assertThat(router.nodes().get("n2").address())
            .isEqualTo(ConfigFile.load(cluster.conf("n2"), GitServerConfig.class).listen());
        assertThat(ConfigFile.load(cluster.conf("ssh-proxy"), SshProxyConfig.class).router())
            .isEqualTo(router.listen());
        assertThat(ConfigFile.load(cluster.conf("http-proxy"), HttpProxyConfig.class).router())
            .isEqualTo(router.listen());
        FrontConfig front = ConfigFile.load(cluster.conf("front"), FrontConfig.class);
        assertThat(List.of(front.shardRouter(), front.httpProxy(), front.sshProxy())).allMatch(Files::isRegularFile);
    }

    @Test
    void sshKnowsTheHostKeysOfTheProxy() throws Exception {
        ClusterDirectory cluster = cluster();
        Files.createDirectories(cluster.hostKeys());
        Files.writeString(cluster.hostKeys().resolve("ssh_host_ed25519_key.pub"), "ssh-ed25519 AAAA trine\n");
        new SshAccess(cluster, Set.of(directory), sentence -> { }).writeKnownHosts(22);
        assertThat(cluster.knownHosts()).hasContent("[127.0.0.1]:22 ssh-ed25519 AAAA trine\n");
    }

    private static String git(String... arguments) throws Exception {
        return run(Stream.concat(Stream.of("git"), Arrays.stream(arguments))
            .toList());
    }

    private static String run(List<String> command) throws Exception {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String out = new String(process.getInputStream().readAllBytes());
        assertThat(process.waitFor()).as(out).isZero();
        return out;
    }

    @Test
    void theHeapFollowsTheMachineWithinBounds() {
        assertThat(Jvm.heapMebibytes(ClusterProcess.N1, 1L << 30)).isEqualTo(384);
        assertThat(Jvm.heapMebibytes(ClusterProcess.N1, 16L << 30)).isEqualTo(1024);
        assertThat(Jvm.heapMebibytes(ClusterProcess.N1, 256L << 30)).isEqualTo(2048);
        assertThat(Jvm.heapMebibytes(ClusterProcess.FRONT, 1L << 30)).isEqualTo(192);
        assertThat(Jvm.heapMebibytes(ClusterProcess.FRONT, 256L << 30)).isEqualTo(512);
    }

    @Test
    void aPartOfTheFrontProcessIsNotAProcess() {
        assertThat(ClusterProcess.named("n2")).isEqualTo(ClusterProcess.N2);
        assertThatThrownBy(() -> ClusterProcess.named("ssh-proxy")).hasMessageContaining("front");
        assertThatThrownBy(() -> ClusterProcess.named("n9")).hasMessageContaining("n1, n2, n3, front");
    }
}
