package dev.trine.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trine.common.relay.FakeCluster;
import dev.trine.common.relay.GitClient;
import io.grpc.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The real git client through the proxy, to nodes that run C Git. */
@Timeout(120)
class GitOverHttpTest {
    @TempDir
    private Path dir;
    private FakeCluster cluster;
    private HttpProxy proxy;
    private Path bare;

    @BeforeEach
    void start() throws Exception {
        cluster = new FakeCluster(dir, 2);
        bare = FakeCluster.bareRepository(dir.resolve("r.git"));
        cluster.host("g/s/r", bare);
        cluster.token("t1", 5, "alice");
        proxy = new Proxies(cluster).usual();
    }

    @AfterEach
    void stop() throws Exception {
        proxy.close();
        cluster.close();
    }

    private GitClient git(String name) throws IOException {
        return GitClient.in(dir.resolve(name), Map.of());
    }

    private String url(String path) {
        return url(path, "t1");
    }

    private String url(String path, String token) {
        return "http://anybody:" + token + "@127.0.0.1:" + proxy.port() + "/" + path;
    }

    private GitClient repositoryWithOneCommit() throws IOException {
        GitClient work = git("work");
        work.run("init", "--quiet");
        Files.writeString(dir.resolve("work/file"), "hello");
        work.run("add", ".");
        work.commit("one");
        return work;
    }

    private GitClient repositoryWithNoise(int bytes) throws IOException {
        GitClient work = repositoryWithOneCommit();
        byte[] noise = new byte[bytes];
        new Random(1).nextBytes(noise);
        Files.write(dir.resolve("work/noise"), noise);
        work.run("add", ".");
        work.commit("big");
        return work;
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "1", "2"})
    void whatIsPushedIsClonedEqualInEveryVersionOfTheProtocol(String version) throws Exception {
        GitClient work = repositoryWithOneCommit();
        work.run("-c", "protocol.version=" + version, "push", url("g/s/r.git"), "main");
        git("tmp").run("-c", "protocol.version=" + version, "clone", "--quiet", url("g/s/r"), dir + "/clone");
        assertThat(git("clone").run("rev-parse", "HEAD")).isEqualTo(work.run("rev-parse", "HEAD"));
        assertThat(Files.readString(dir.resolve("clone/file"))).isEqualTo("hello");
        assertThat(cluster.node("n1").opened()).allSatisfy(open -> {
            assertThat(open.getUser()).isEqualTo("alice");
            assertThat(open.getClientAddress()).startsWith("127.0.0.1:");
        });
        assertThat(cluster.node("n1").opened().getLast().getGitProtocol())
            .isEqualTo(version.equals("0") ? "" : "version=" + version);
    }

    @Test
    void manyMegabytesPassBothWays() throws Exception {
        GitClient work = repositoryWithNoise(24 << 20);
        work.run("push", url("g/s/r.git"), "main");
        git("tmp").run("clone", "--quiet", url("g/s/r"), dir + "/clone");
        assertThat(Files.mismatch(dir.resolve("clone/noise"), dir.resolve("work/noise"))).isEqualTo(-1);
    }

    @Test
    void aLongNegotiationIsSentPackedAndUnderstood() throws Exception {
        GitClient work = repositoryWithOneCommit();
        work.run("push", url("g/s/r"), "main");
        git("tmp").run("clone", "--quiet", url("g/s/r"), dir + "/clone");
        for (int i = 0; i < 60; i++) {
            git("clone").commit("mine " + i);
        }
        work.commit("theirs");
        work.run("push", url("g/s/r"), "main");
        git("clone").run("fetch", "--quiet");
        assertThat(git("clone").run("rev-parse", "origin/main")).isEqualTo(work.run("rev-parse", "main"));
    }

    @Test
    void aWrongTokenFailsAsGitExpects() throws Exception {
        assertThat(git("tmp").tryRun("ls-remote", url("g/s/r", "wrong")).output()).contains("Authentication failed")
            .contains("remote: trine: the access token is not known here");
        GitClient.Result anonymous = git("tmp").tryRun("ls-remote", "http://127.0.0.1:" + proxy.port() + "/g/s/r");
        assertThat(anonymous.output()).contains("could not read Username");
        assertThat(anonymous.exit()).isEqualTo(128);
    }

    @Test
    void aRepositoryThatIsNotThereIsNotFoundWithTheRoutersSentence() throws Exception {
        assertThat(git("tmp").tryRun("ls-remote", url("g/none")).output())
            .containsPattern("remote: trine: there is no repository 'g/none' for you \\(request [0-9a-f]{16}\\)")
            .contains("not found");
    }

    @Test
    void aPushThatIsNotAllowedIsToldWhy() throws Exception {
        cluster.denyWrites(5, Status.PERMISSION_DENIED.withDescription("you may read g/s/r but not write"));
        assertThat(repositoryWithOneCommit().tryRun("push", url("g/s/r"), "main").output())
            .contains("remote: trine: you may read g/s/r but not write").contains("403");
    }

    @Test
    void aClusterThatCannotServeIsToldInTheSentenceThatItGave() throws Exception {
        cluster.denyWrites(5, Status.UNAVAILABLE.withDescription("n2 and n3 do not answer; try again"));
        assertThat(repositoryWithOneCommit().tryRun("push", url("g/s/r"), "main").output())
            .contains("remote: trine: n2 and n3 do not answer; try again").contains("503");
    }

    @Test
    void aNodeThatRefusesAfterTheAdvertisementIsToldToo() throws Exception {
        GitClient work = repositoryWithOneCommit();
        work.run("push", url("g/s/r"), "main");
        work.commit("two");
        for (String node : new String[] {"n1", "n2"}) {
            cluster.node(node).refuseStateless(Status.UNAVAILABLE.withDescription(node + " is stopping; try again"));
        }
        GitClient.Result push = work.tryRun("push", url("g/s/r"), "main");
        assertThat(push.output()).contains("n2 is stopping; try again");
        assertThat(push.exit()).isNotZero();
        GitClient.Result clone = git("tmp").tryRun("clone", "--quiet", url("g/s/r"), dir + "/clone");
        assertThat(clone.output())
            .containsPattern("remote error: trine: n2 is stopping; try again \\(request [0-9a-f]{16}\\)");
        assertThat(clone.exit()).isNotZero();
    }

    @Test
    void aNodeThatRefusesIsAvoided() throws Exception {
        cluster.node("n1").refuse(Status.FAILED_PRECONDITION.withDescription("behind"));
        repositoryWithOneCommit().run("push", url("g/s/r"), "main");
        assertThat(cluster.node("n2").opened()).hasSize(2);
    }

    @Test
    void aRefThatTheNodeRejectsIsRejectedAtTheClient() throws Exception {
        git("tmp").run("-C", bare.toString(), "config", "receive.denyDeletes", "true");
        GitClient work = repositoryWithOneCommit();
        work.run("push", url("g/s/r"), "main", "main:gone");
        assertThat(work.tryRun("push", url("g/s/r"), ":gone").output()).contains("! [remote rejected] gone");
    }

    @Test
    void itIsServedOverTls() throws Exception {
        HttpProxyConfig.Tls tls = selfSigned();
        HttpLimits limits = Proxies.limits(Duration.ofSeconds(30), Duration.ofMinutes(1), Duration.ofSeconds(5));
        try (HttpProxy secure = new Proxies(cluster).with(limits, Optional.of(tls))) {
            String url = "https://x:t1@localhost:" + secure.port() + "/g/s/r";
            repositoryWithOneCommit();
            GitClient trusting =
                GitClient.in(dir.resolve("work"), Map.of("GIT_SSL_CAINFO", tls.certificate().toString()));
            trusting.run("push", url, "main");
            assertThat(git("tmp").tryRun("ls-remote", url).output()).containsIgnoringCase("certificate");
        }
    }

    private HttpProxyConfig.Tls selfSigned() throws Exception {
        Path store = dir.resolve("store.p12");
        Process keytool = new ProcessBuilder(System.getProperty("java.home") + "/bin/keytool", "-genkeypair",
            "-keyalg", "EC", "-alias", "a", "-dname", "CN=localhost", "-ext", "san=dns:localhost", "-ext", "bc=ca:true",
            "-keystore", store.toString(), "-storetype", "PKCS12", "-storepass", "secret").inheritIO().start();
        assertThat(keytool.waitFor()).isZero();
        KeyStore keys = KeyStore.getInstance(store.toFile(), "secret".toCharArray());
        return new HttpProxyConfig.Tls(
            pem("certificate.pem", "CERTIFICATE", keys.getCertificate("a").getEncoded()),
            pem("key.pem", "PRIVATE KEY", keys.getKey("a", "secret".toCharArray()).getEncoded()));
    }

    private Path pem(String file, String type, byte[] content) throws IOException {
        return Files.writeString(dir.resolve(file), "-----BEGIN " + type + "-----\n"
            + Base64.getMimeEncoder().encodeToString(content) + "\n-----END " + type + "-----\n");
    }
}
