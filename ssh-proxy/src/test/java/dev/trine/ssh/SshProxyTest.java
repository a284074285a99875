package dev.trine.ssh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trine.common.audit.AuditSettings;
import dev.trine.common.config.ByteSize;
import dev.trine.common.config.HostPort;
import dev.trine.common.lifecycle.StartException;
import dev.trine.common.relay.FakeCluster;
import dev.trine.common.relay.GitClient;
import dev.trine.common.relay.RelaySettings;
import io.grpc.Status;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The real ssh and git clients through the proxy, to nodes that run C Git. */
@Timeout(120)
class SshProxyTest {
    private static final RelaySettings RELAY =
        new RelaySettings(Duration.ofSeconds(40), 3, Duration.ofSeconds(40), Duration.ofMinutes(1),
            new ByteSize(1 << 19), Duration.ofSeconds(5), 0, 0);

    @TempDir
    private Path dir;
    private FakeCluster cluster;
    private SshProxy proxy;
    private Path bare;

    @BeforeEach
    void start() throws Exception {
        cluster = new FakeCluster(dir, 2);
        bare = FakeCluster.bareRepository(dir.resolve("r.git"));
        cluster.host("g/r", bare);
        proxy = SshProxy.start(config(1000));
        cluster.key(newKey("ed25519"), 5, "alice");
        String hostKey = Files.readString(dir.resolve("keys/ssh_host_ed25519_key.pub"));
        Files.writeString(dir.resolve("known_hosts"), "[127.0.0.1]:" + proxy.port() + " " + hostKey);
        writeClientConfig("ed25519");
    }

    @AfterEach
    void stop() throws Exception {
        proxy.close();
        cluster.close();
    }

    private SshProxyConfig config(int sessionsMax) {
        SshLimits limits = new SshLimits(sessionsMax, 100, 100, 1, 10, 20, Duration.ofSeconds(30),
            Duration.ofMinutes(1), Duration.ofHours(1), Duration.ofSeconds(30), new ByteSize(1 << 20),
            Duration.ofSeconds(100), new Bans(20, Duration.ofMinutes(1), Duration.ZERO, Optional.empty()));
        return config(0, limits);
    }

    private SshProxyConfig config(int port, SshLimits limits) {
        return new SshProxyConfig(new HostPort("127.0.0.1", port), cluster.router(), cluster.security(),
            dir.resolve("keys"), new KeyRules(3072), new CertificateSettings(List.of(), Optional.empty(), false, ""),
            List.of(), Optional.empty(), Optional.empty(), limits, RELAY, AuditSettings.none());
    }

    /** Makes a key file and returns the public key in SSH wire format. */
    private byte[] newKey(String type) throws Exception {
        Process keygen = new ProcessBuilder("ssh-keygen", "-q", "-t", type, "-N", "", "-f",
            dir.resolve(type).toString()).inheritIO().start();
        assertThat(keygen.waitFor()).isZero();
        return Base64.getDecoder().decode(Files.readString(dir.resolve(type + ".pub")).split(" ")[1]);
    }

    private void writeClientConfig(String keyFile, String... more) throws IOException {
        List<String> lines = new ArrayList<>(List.of("Host *", "IdentityFile " + dir.resolve(keyFile),
            "UserKnownHostsFile " + dir.resolve("known_hosts"), "IdentitiesOnly yes", "IdentityAgent none",
            "StrictHostKeyChecking yes", "BatchMode yes"));
        lines.addAll(List.of(more));
        Files.write(dir.resolve("config"), lines);
    }

    private GitClient git(String name) throws IOException {
        return GitClient.in(dir.resolve(name), Map.of("GIT_SSH_COMMAND", "ssh -F " + dir.resolve("config")));
    }

    private String url(String path) {
        return "ssh://git@127.0.0.1:" + proxy.port() + "/" + path;
    }

    /** What ssh printed on both streams, and its exit status at the end. */
    private String ssh(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("ssh", "-F", dir.resolve("config").toString(), "-p",
            Integer.toString(proxy.port())));
        command.addAll(List.of(arguments));
        Path output = dir.resolve("ssh-output");
        Process process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile())
            .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile())).start();
        assertThat(process.waitFor(90, TimeUnit.SECONDS)).isTrue();
        return Files.readString(output) + "exit " + process.exitValue();
    }

    private GitClient repositoryWithOneCommit() throws IOException {
        GitClient work = git("work");
        work.run("init", "--quiet");
        Files.writeString(dir.resolve("work/file"), "hello");
        work.run("add", ".");
        work.commit("one");
        return work;
    }

    @Test
    void whatIsPushedIsClonedEqual() throws Exception {
        GitClient work = repositoryWithOneCommit();
        work.run("push", url("g/r.git"), "main");
        git("tmp").run("clone", "--quiet", url("g/r"), dir + "/clone");
        assertThat(git("clone").run("rev-parse", "HEAD")).isEqualTo(work.run("rev-parse", "HEAD"));
        assertThat(Files.readString(dir.resolve("clone/file"))).isEqualTo("hello");
        assertThat(cluster.node("n1").opened()).allSatisfy(open -> assertThat(open.getUser()).isEqualTo("alice"));
    }

    @Test
    void manyMegabytesPassBothWays() throws Exception {
        GitClient work = repositoryWithOneCommit();
        byte[] noise = new byte[24 << 20];
        new Random(1).nextBytes(noise);
        Files.write(dir.resolve("work/noise"), noise);
        work.run("add", ".");
        work.commit("big");
        work.run("push", url("g/r.git"), "main");
        git("tmp").run("clone", "--quiet", url("g/r"), dir + "/clone");
        assertThat(Files.readAllBytes(dir.resolve("clone/noise"))).isEqualTo(noise);
    }

    @Test
    void theProtocolVersionReachesTheNodeAndOtherVariablesDoNot() throws Exception {
        writeClientConfig("ed25519", "SetEnv FOO=bar");
        git("tmp").run("-c", "protocol.version=2", "ls-remote", url("g/r"));
        assertThat(cluster.node("n1").opened().getLast().getGitProtocol()).isEqualTo("version=2");
        git("tmp").run("-c", "protocol.version=0", "ls-remote", url("g/r"));
        assertThat(cluster.node("n1").opened().getLast().getGitProtocol()).isEmpty();
    }

    @Test
    void anyUserNameSignsInByTheKeyAlone() throws Exception {
        git("tmp").run("ls-remote", "ssh://somebody@127.0.0.1:" + proxy.port() + "/g/r");
        assertThat(ssh("-T", "root@127.0.0.1"))
            .isEqualTo("Hi alice! You are signed in. Trine does not provide shell access.\nexit 0");
    }

    @ParameterizedTest
    @ValueSource(strings = {"rsa", "ecdsa"})
    void keysOfOtherTypesSignIn(String type) throws Exception {
        cluster.key(newKey(type), 6, "bob");
        writeClientConfig(type);
        assertThat(ssh("-T", "git@127.0.0.1")).startsWith("Hi bob!");
    }

    @Test
    void aKeyThatNobodyHasIsDenied() throws Exception {
        Files.delete(dir.resolve("ed25519"));
        newKey("ed25519");
        assertThat(ssh("-T", "git@127.0.0.1")).contains("Permission denied (publickey)").endsWith("exit 255");
    }

    @Test
    void everythingButGitIsRefusedWithASentence() throws Exception {
        assertThat(ssh("git@127.0.0.1", "ls -l")).matches("trine: 'ls -l' is not served here; use git clone,"
            + " fetch and push with ssh://HOST/GROUP/NAME\\.git, or the commands whoami, repo list \\[GROUP] and repo"
            + " create PATH \\(request [0-9a-f]{16}\\)\nexit 128");
        assertThat(git("tmp").tryRun("archive", "--remote=" + url("g/r"), "main").output())
            .contains("is not served here; archives are served by URL: https://HOST/GROUP/NAME/-/archive/");
        assertThat(ssh("-s", "git@127.0.0.1", "sftp")).contains("subsystem 'sftp' is not served").endsWith("exit 128");
        assertThat(ssh("-tt", "git@127.0.0.1")).contains("PTY allocation request failed").endsWith("exit 255");
        assertThat(ssh("-o", "ExitOnForwardFailure=yes", "-R", "0:127.0.0.1:1", "git@127.0.0.1"))
            .contains("remote port forwarding failed").endsWith("exit 255");
        assertThat(ssh("-W", "127.0.0.1:1", "git@127.0.0.1"))
            .contains("trine: forwarding is not served here").endsWith("exit 255");
    }

    @Test
    void whatTheRouterRefusesIsShownAndFails() throws Exception {
        GitClient.Result unknown = git("tmp").tryRun("ls-remote", url("g/none"));
        assertThat(unknown.output())
            .containsPattern("trine: there is no repository 'g/none' for you \\(request [0-9a-f]{16}\\)");
        assertThat(unknown.exit()).isEqualTo(128);
        cluster.denyWrites(5, Status.PERMISSION_DENIED.withDescription("you may read g/r but not write"));
        GitClient.Result push = repositoryWithOneCommit().tryRun("push", url("g/r"), "main");
        assertThat(push.output()).contains("trine: you may read g/r but not write");
        assertThat(push.exit()).isEqualTo(128);
    }

    @ParameterizedTest
    @EnumSource(value = Status.Code.class, names = {"NOT_FOUND", "PERMISSION_DENIED", "INVALID_ARGUMENT",
        "RESOURCE_EXHAUSTED", "UNAVAILABLE", "FAILED_PRECONDITION"})
    void whateverTheRouterRefusesIsASentenceAndAnExitStatus(Status.Code code) throws Exception {
        cluster.denyWrites(5, code.toStatus().withDescription("not g/r, because it is Sunday"));
        assertThat(ssh("git@127.0.0.1", "git-receive-pack 'g/r'"))
            .matches("trine: not g/r, because it is Sunday \\(request [0-9a-f]{16}\\)\nexit 128");
    }

    @Test
    void aLimitOfANodeIsASentenceAndAnExitStatus() throws Exception {
        cluster.node("n1").refuse(Status.RESOURCE_EXHAUSTED.withDescription("this node lets 100 requests wait"));
        assertThat(ssh("git@127.0.0.1", "git-upload-pack 'g/r'"))
            .matches("trine: this node lets 100 requests wait \\(request [0-9a-f]{16}\\)\nexit 128");
    }

    @Test
    void aPathThatIsTooLongIsRefusedWithTheLimit() throws Exception {
        assertThat(ssh("git@127.0.0.1", "git-upload-pack 'g/" + "x".repeat(511) + "'"))
            .matches("trine: a repository path has at most 512 bytes \\(request [0-9a-f]{16}\\)\nexit 128");
        cluster.host("g/" + "x".repeat(510), bare);
        repositoryWithOneCommit().run("push", url("g/" + "x".repeat(510) + ".git"), "main");
    }

    @Test
    void theExitStatusOfTheProgramIsTheClients() throws Exception {
        Files.delete(bare.resolve("HEAD"));
        assertThat(ssh("git@127.0.0.1", "git-upload-pack 'g/r'")).contains("fatal: ").endsWith("exit 128");
    }

    @Test
    void aNodeThatRefusesIsAvoided() throws Exception {
        cluster.node("n1").refuse(Status.FAILED_PRECONDITION.withDescription("behind"));
        repositoryWithOneCommit().run("push", url("g/r"), "main");
        assertThat(cluster.node("n2").opened()).singleElement().satisfies(open ->
            assertThat(open.getRequestId()).matches("[0-9a-f]{16}")
                .isEqualTo(cluster.node("n1").opened().getFirst().getRequestId()));
    }

    @Test
    void whatMayBeStaleIsSaidToBe() throws Exception {
        cluster.routeStale();
        assertThat(git("tmp").run("ls-remote", url("g/r"))).contains("trine: possibly old: version 0; too few");
    }

    @Test
    void aClientThatIsKilledEndsTheProgramOnTheNode() throws Exception {
        Process client = new ProcessBuilder("ssh", "-F", dir.resolve("config").toString(), "-p",
            Integer.toString(proxy.port()), "git@127.0.0.1", "git-upload-pack 'g/r'").start();
        client.getInputStream().read();
        assertThat(cluster.node("n1").running()).isEqualTo(1);
        client.destroyForcibly().waitFor();
        while (cluster.node("n1").running() > 0) {
            Thread.onSpinWait();
        }
    }

    @Test
    void moreOperationsThanTheLimitAreTurnedAway() throws Exception {
        Process client = new ProcessBuilder("ssh", "-F", dir.resolve("config").toString(), "-p",
            Integer.toString(proxy.port()), "git@127.0.0.1", "git-upload-pack 'g/r'").start();
        client.getInputStream().read();
        assertThat(ssh("git@127.0.0.1", "git-upload-pack 'g/r'")).matches("trine: 1 fetches and pushes are running,"
            + " which is the limit of this proxy \\(limits.exchanges-max\\); try again in a moment"
            + " \\(request [0-9a-f]{16}\\)\nexit 128");
        client.destroyForcibly().waitFor();
    }

    @Test
    void aRunningCommandIsFinishedWhenTheProxyStops() throws Exception {
        Process client = new ProcessBuilder("ssh", "-F", dir.resolve("config").toString(), "-p",
            Integer.toString(proxy.port()), "git@127.0.0.1", "git-upload-pack 'g/r'").start();
        client.getInputStream().read();
        Thread stopping = Thread.ofVirtual().start(this::stopProxy);
        while (!ssh("-T", "git@127.0.0.1").endsWith("exit 255")) {
            Thread.onSpinWait();
        }
        client.getOutputStream().write("0000".getBytes(StandardCharsets.US_ASCII));
        client.getOutputStream().close();
        assertThat(client.waitFor()).isZero();
        stopping.join();
    }

    @Test
    void whoWasConnectedBeforeTheProxyStopsIsServed() throws Exception {
        repositoryWithOneCommit().run("push", url("g/r"), "main");
        Process master = new ProcessBuilder("ssh", "-F", dir.resolve("config").toString(), "-p",
            Integer.toString(proxy.port()), "-M", "-S", dir.resolve("control").toString(), "-N", "git@127.0.0.1")
            .start();
        while (!ssh("-S", dir.resolve("control").toString(), "-O", "check", "git@127.0.0.1").endsWith("exit 0")) {
            Thread.onSpinWait();
        }
        Thread stopping = Thread.ofVirtual().start(this::stopProxy);
        while (!ssh("-T", "git@127.0.0.1").contains("Connection refused")) {
            Thread.onSpinWait();
        }
        assertThat(ssh("-S", dir.resolve("control").toString(), "git@127.0.0.1", "git-upload-pack 'g/r'"))
            .contains(" refs/heads/main\n");
        stopping.join();
        master.destroyForcibly().waitFor();
    }

    @Test
    void aCloneGetsItsLastByteWhenTheProxyStops() throws Exception {
        GitClient work = repositoryWithOneCommit();
        byte[] noise = new byte[24 << 20];
        new Random(1).nextBytes(noise);
        Files.write(dir.resolve("work/noise"), noise);
        work.run("add", ".");
        work.commit("big");
        work.run("push", url("g/r.git"), "main");
        int pushes = cluster.node("n1").opened().size();
        // of the platform: a virtual one that spins would hold one of few carriers
        Thread stopping = Thread.ofPlatform().start(() -> {
            while (cluster.node("n1").opened().size() == pushes) {
                Thread.onSpinWait();
            }
            stopProxy();
        });
        git("tmp").run("clone", "--quiet", url("g/r"), dir + "/clone");
        stopping.join();
        assertThat(Files.readAllBytes(dir.resolve("clone/noise"))).isEqualTo(noise);
    }

    private void stopProxy() {
        try {
            proxy.close();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void hostKeysAreMadeOnceAndReadableByTheirOwnerOnly() throws Exception {
        Path key = dir.resolve("keys/ssh_host_ed25519_key");
        String before = Files.readString(key);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(key))).isEqualTo("rw-------");
        try (SshProxy second = SshProxy.start(config(1000))) {
            assertThat(second.port()).isNotEqualTo(proxy.port());
        }
        assertThat(Files.readString(key)).isEqualTo(before);
    }

    @Test
    void aHostKeyThatIsDamagedIsNotReplaced() throws Exception {
        Files.writeString(dir.resolve("keys/ssh_host_ed25519_key"), "rubbish");
        assertThatThrownBy(() -> SshProxy.start(config(1000))).isInstanceOf(StartException.class)
            .hasMessageContaining("host keys in").hasMessageContaining("can be neither read nor made");
    }

    @ParameterizedTest
    @CsvSource({"Ciphers=chacha20-poly1305@openssh.com,cipher", "Ciphers=aes128-cbc,cipher", "MACs=hmac-sha1,MAC",
        "KexAlgorithms=diffie-hellman-group14-sha1,key exchange method", "HostKeyAlgorithms=ssh-rsa,host key type"})
    void whatIsSlowOrOldIsNotOffered(String option, String what) throws Exception {
        // a cipher that authenticates by itself needs no MAC
        String cipher = option.startsWith("Ciphers") ? option : "Ciphers=aes128-ctr";
        assertThat(ssh("-o", cipher, "-o", option, "-T", "git@127.0.0.1")).contains("no matching " + what);
    }

    @ParameterizedTest
    @CsvSource({"'',aes128-gcm@openssh.com", "'Ciphers=aes256-ctr,aes256-gcm@openssh.com',aes256-gcm@openssh.com",
        "'Ciphers=aes256-ctr,aes128-ctr',aes256-ctr"})
    void theServerChoosesACipherThatAuthenticatesByItselfWhereTheClientKnowsOne(String option, String chosen)
            throws Exception {
        String[] options = option.isEmpty() ? new String[0] : new String[] {"-o", option};
        List<String> arguments = new ArrayList<>(List.of("-v"));
        arguments.addAll(List.of(options));
        arguments.addAll(List.of("-o", "RekeyLimit=1k", "-T", "git@127.0.0.1"));
        assertThat(ssh(arguments.toArray(String[]::new))).contains("server->client cipher: " + chosen)
            .contains("client->server cipher: " + chosen).doesNotContain("no matching");
    }

    @Test
    void aClientThatWaitsForTheServersOfferGetsIt() throws Exception {
        try (Socket client = new Socket("127.0.0.1", proxy.port())) {
            client.setSoTimeout(30_000);
            client.getOutputStream().write("SSH-2.0-patient\r\n".getBytes(StandardCharsets.US_ASCII));
            BufferedInputStream in = new BufferedInputStream(client.getInputStream());
            while (in.read() != '\n') {
                // the server's identification
            }
            byte[] packet = in.readNBytes(6);
            assertThat(packet[5]).as("SSH_MSG_KEXINIT").isEqualTo((byte) 20);
        }
    }

    @Test
    void aRouterThatIsAwayIsSaidToBe() throws Exception {
        cluster.close();
        assertThat(ssh("-T", "git@127.0.0.1")).contains("trine: the shard router cannot be reached; try again")
            .endsWith("exit 255");
    }

    @Test
    void aClusterThatCannotServeIsToldInTheSentenceThatItGave() throws Exception {
        cluster.denyWrites(5, Status.UNAVAILABLE.withDescription("n2 and n3 do not answer; try again"));
        GitClient.Result push = repositoryWithOneCommit().tryRun("push", url("g/r"), "main");
        assertThat(push.output()).contains("trine: n2 and n3 do not answer; try again");
        assertThat(push.exit()).isEqualTo(128);
    }

    @Test
    void aPasswordIsNotAsked() throws Exception {
        assertThat(ssh("-o", "PreferredAuthentications=password,keyboard-interactive", "git@127.0.0.1"))
            .contains("Permission denied (publickey)").endsWith("exit 255");
    }

    @Test
    void aPortInUseIsSaidInOneSentence() {
        SshProxyConfig taken = config(proxy.port(), config(5).limits());
        assertThatThrownBy(() -> SshProxy.start(taken)).isInstanceOf(StartException.class)
            .hasMessageStartingWith("cannot listen on 127.0.0.1:" + proxy.port());
    }

    @Test
    void aHostThatIsNotFoundIsSaidInOneSentenceAndNothingStaysOpen() {
        SshProxyConfig like = config(1000);
        SshProxyConfig nowhere = new SshProxyConfig(new HostPort("no.such.host.invalid", 0), like.router(),
            like.security(), like.hostKeys(), like.keys(), like.certificates(), List.of(), Optional.empty(),
            Optional.empty(), like.limits(), RELAY, AuditSettings.none().orIn(dir.resolve("audit")));
        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> SshProxy.start(nowhere)).isInstanceOf(StartException.class)
                .hasMessageStartingWith("cannot listen on no.such.host.invalid:0: ");
        }
    }
}
