package dev.trine.ssh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trine.common.lifecycle.StartException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How ssh knows the proxy: by keys of three kinds, by those to come, and by certificates. */
@Timeout(120)
class HostKeysTest {
    @TempDir
    private static Path dir;
    private static SshDoor door;

    @BeforeAll
    static void open() throws Exception {
        Files.createDirectories(dir.resolve("keys/next"));
        SshDoor.keygen(dir, "-t", "ed25519", "-N", "", "-f", "keys/next/ssh_host_ed25519_key");
        SshDoor.keygen(dir, "-t", "rsa", "-b", "3072", "-N", "", "-f", "keys/next/ssh_host_rsa_key");
        door = SshDoor.forAlice(dir, "");
    }

    @AfterAll
    static void close() throws Exception {
        door.close();
    }

    @ParameterizedTest
    @CsvSource({"ssh-ed25519,ssh_host_ed25519_key", "ecdsa-sha2-nistp256,ssh_host_ecdsa_key",
        "rsa-sha2-256,ssh_host_rsa_key", "rsa-sha2-512,ssh_host_rsa_key"})
    void aClientMayChooseAmongKeysOfThreeKinds(String algorithm, String file) throws Exception {
        door.trust(file + ".pub");
        assertThat(door.ssh("-o", "HostKeyAlgorithms=" + algorithm, "-T", "git@127.0.0.1")).startsWith("Hi alice!");
    }

    @ParameterizedTest
    @CsvSource({"ssh-ed25519,ssh_host_ed25519_key", "rsa-sha2-256,ssh_host_rsa_key"})
    void aClientThatHasSignedInLearnsTheKeysToCome(String algorithm, String file) throws Exception {
        door.trust(file + ".pub");
        Process client = door.start("-o", "UpdateHostKeys=yes", "-o",
            "HostKeyAlgorithms=" + algorithm + ",ssh-ed25519,rsa-sha2-512,rsa-sha2-256,ecdsa-sha2-nistp256",
            "git@127.0.0.1", "git-upload-pack 'g/r'");
        try {
            String next = Files.readString(dir.resolve("keys/next/ssh_host_ed25519_key.pub")).split(" ")[1];
            while (!Files.readString(dir.resolve("known_hosts")).contains(next)) {
                assertThat(client.isAlive()).isTrue();
                Thread.onSpinWait();
            }
        } finally {
            client.destroyForcibly().waitFor();
        }
        assertThat(Files.readString(dir.resolve("known_hosts")))
            .contains(Files.readString(dir.resolve("keys/next/ssh_host_rsa_key.pub")).split(" ")[1])
            .contains(Files.readString(dir.resolve("keys/ssh_host_ecdsa_key.pub")).split(" ")[1]);
    }

    @Test
    void aClientThatTrustsAnAuthorityKnowsTheProxyByItsCertificate() throws Exception {
        SshDoor.keygen(dir, "-t", "ed25519", "-N", "", "-f", "authority");
        Files.writeString(dir.resolve("known_hosts"),
            "@cert-authority * " + Files.readString(dir.resolve("authority.pub")));
        assertThat(door.ssh("-T", "git@127.0.0.1")).contains("Host key verification failed");
        SshDoor.keygen(dir, "-s", "authority", "-h", "-I", "proxy", "-n", "127.0.0.1", "keys/ssh_host_ecdsa_key.pub");
        assertThat(door.ssh("-T", "git@127.0.0.1")).startsWith("Hi alice!");
        SshDoor.keygen(dir, "-s", "authority", "-h", "-I", "proxy", "-n", "127.0.0.1", "keys/ssh_host_rsa_key.pub");
        assertThat(door.ssh("-o", "HostKeyAlgorithms=rsa-sha2-256-cert-v01@openssh.com", "-T", "git@127.0.0.1"))
            .startsWith("Hi alice!");
    }

    @Test
    void proxiesThatStartAtOnceInOneDirectoryHaveTheSameKeys(@TempDir Path shared) throws Exception {
        List<Set<ByteBuffer>> shown = Collections.synchronizedList(new ArrayList<>());
        try (ExecutorService proxies = Executors.newFixedThreadPool(4)) {
            for (int i = 0; i < 4; i++) {
                proxies.submit(() -> shown.add(new HostKeys(shared).load().told().keySet().stream()
                    .map(ByteBuffer::wrap).collect(Collectors.toSet())));
            }
        }
        Set<ByteBuffer> said = new HashSet<>();
        for (String kind : List.of("ed25519", "ecdsa", "rsa")) {
            said.add(ByteBuffer.wrap(SshDoor.wire(shared.resolve("ssh_host_" + kind + "_key.pub"))));
        }
        assertThat(shown).hasSize(4).allSatisfy(keys -> assertThat(keys).isEqualTo(said));
        try (Stream<Path> files = Files.list(shared)) {
            assertThat(files).hasSize(6);
        }
    }

    @Test
    void aCertificateOfAnotherKeyStopsTheStart(@TempDir Path other) throws Exception {
        SshDoor.keygen(other, "-t", "ed25519", "-N", "", "-f", "authority");
        Files.createDirectories(other.resolve("keys"));
        SshDoor.keygen(other, "-t", "ed25519", "-N", "", "-f", "stranger");
        SshDoor.keygen(other, "-s", "authority", "-h", "-I", "proxy", "stranger.pub");
        Files.move(other.resolve("stranger-cert.pub"), other.resolve("keys/ssh_host_ed25519_key-cert.pub"));
        assertThatThrownBy(() -> new SshDoor(other, "")).isInstanceOf(StartException.class)
            .hasMessageContaining("is not a host certificate of the key beside it");
    }
}
