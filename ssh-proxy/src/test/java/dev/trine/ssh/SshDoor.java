package dev.trine.ssh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trine.common.config.ConfigFile;
import dev.trine.common.relay.FakeCluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A proxy before a cluster with one node and the repository g/r, and this machine's ssh and ssh-keygen; for tests. */
final class SshDoor implements AutoCloseable {
    private final Path dir;
    private final FakeCluster cluster;
    private final SshProxy proxy;

    /** Opens it with settings that are added to those that are needed. */
    SshDoor(Path dir, String settings) throws Exception {
        this.dir = dir;
        this.cluster = new FakeCluster(dir, 1);
        cluster.host("g/r", FakeCluster.bareRepository(dir.resolve("r.git")));
        Path config = Files.writeString(dir.resolve("proxy.yaml"), """
            listen: 127.0.0.1:0
            router: %s
            security: {secret-file: %s}
            host-keys: %s
            %s""".formatted(cluster.router(), dir.resolve("secret"), dir.resolve("keys"), settings));
        proxy = start(config);
        trust("ssh_host_ed25519_key.pub");
        Files.write(dir.resolve("config"), List.of("Host *", "UserKnownHostsFile " + dir.resolve("known_hosts"),
            "GlobalKnownHostsFile /dev/null", "IdentityAgent none", "IdentitiesOnly yes", "StrictHostKeyChecking yes",
            "BatchMode yes"));
    }

    private SshProxy start(Path config) throws Exception {
        try {
            return SshProxy.start(ConfigFile.load(config, SshProxyConfig.class));
        } catch (Exception e) {
            cluster.close();
            throw e;
        }
    }

    /** Opens it for alice, whose key is in the file "mine". */
    static SshDoor forAlice(Path dir, String settings) throws Exception {
        SshDoor door = new SshDoor(dir, settings);
        door.cluster().key(door.newKey("mine", "-t", "ed25519"), 5, "alice");
        return door;
    }

    FakeCluster cluster() {
        return cluster;
    }

    int port() {
        return proxy.port();
    }

    /** Lets ssh know a host key, given by the file of its public half, and no other. */
    void trust(String file) throws IOException {
        Files.writeString(dir.resolve("known_hosts"), "[127.0.0.1]:" + proxy.port() + " "
            + Files.readString(dir.resolve("keys").resolve(file)));
    }

    /** Makes a key file and returns the public key in SSH wire format. */
    byte[] newKey(String name, String... options) throws Exception {
        List<String> arguments = new ArrayList<>(List.of("-N", "", "-f", dir.resolve(name).toString()));
        arguments.addAll(List.of(options));
        keygen(dir, arguments.toArray(String[]::new));
        return wire(dir.resolve(name + ".pub"));
    }

    /** Gives a key file a passphrase, which nobody types. */
    void lock(String name) throws Exception {
        keygen(dir, "-p", "-P", "", "-N", "a passphrase that nobody types", "-f", name);
    }

    /** A public key in SSH wire format. */
    static byte[] wire(Path file) throws IOException {
        return Base64.getDecoder().decode(Files.readString(file).split(" ")[1]);
    }

    /** Runs ssh-keygen in a directory. */
    static void keygen(Path dir, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("ssh-keygen", "-q"));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).directory(dir.toFile()).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes());
        assertThat(process.waitFor()).as(output).isZero();
    }

    /** Starts ssh to the proxy, as alice unless a key is given, with an input that stays open. */
    Process start(String... arguments) throws IOException {
        return new ProcessBuilder(command(arguments)).redirectErrorStream(true).start();
    }

    /** What ssh, started like that, printed on both streams, and its exit status at the end. */
    String ssh(String... arguments) throws Exception {
        Path output = Files.createTempFile(dir, "ssh", ".output");
        Process process = new ProcessBuilder(command(arguments)).redirectErrorStream(true)
            .redirectOutput(output.toFile()).redirectInput(Path.of("/dev/null").toFile()).start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return Files.readString(output) + "exit " + process.exitValue();
    }

    private List<String> command(String... arguments) {
        List<String> command = new ArrayList<>(List.of("ssh", "-F", dir.resolve("config").toString()));
        if (Arrays.stream(arguments).noneMatch("-p"::equals)) {
            command.addAll(List.of("-p", Integer.toString(proxy.port())));
        }
        if (Arrays.stream(arguments).noneMatch(word -> word.equals("-i") || word.startsWith("IdentityAgent="))) {
            command.addAll(List.of("-i", dir.resolve("mine").toString()));
        }
        command.addAll(List.of(arguments));
        return command;
    }

    @Override
    public void close() throws Exception {
        proxy.close();
        cluster.close();
    }
}
