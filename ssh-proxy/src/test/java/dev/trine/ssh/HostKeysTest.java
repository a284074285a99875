package dev.trine.ssh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trine.common.lifecycle.StartException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.sshd.client.SshClient;
import org.apache.sshd.client.keyverifier.AcceptAllServerKeyVerifier;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.util.buffer.Buffer;
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
            assertThat(files).hasSize(6).allSatisfy(file -> assertThat(PosixFilePermissions
                .toString(Files.getPosixFilePermissions(file))).isEqualTo(file.toString().endsWith(".pub")
                    ? "rw-r--r--" : "rw-------"));
        }
        assertThat(new HostKeys(shared).load().told().keySet()).as("those that are there stay")
            .allMatch(key -> said.contains(ByteBuffer.wrap(key)));
    }

    @Test
    void aKeyToComeThatIsOfferedAlreadyIsToldOnce(@TempDir Path shared) throws Exception {
        new HostKeys(shared).load();
        Files.createDirectories(shared.resolve("next"));
        for (String file : List.of("ssh_host_rsa_key", "ssh_host_rsa_key.pub")) {
            Files.copy(shared.resolve(file), shared.resolve("next").resolve(file));
        }
        assertThat(new HostKeys(shared).load().told()).hasSize(3);
    }

    @Test
    void aClientIsGivenProofOfKnownKeysOnce() throws Exception {
        try (SshClient client = SshClient.setUpDefaultClient()) {
            client.setServerKeyVerifier(AcceptAllServerKeyVerifier.INSTANCE);
            client.start();
            assertThat(proof(client, "keys/next/ssh_host_ed25519_key.pub")).containsExactly(true, false);
            assertThat(proof(client, "keys/ssh_host_ecdsa_key.pub", "keys/ssh_host_rsa_key.pub"))
                .containsExactly(true, false);
            assertThat(proof(client, "mine.pub")).containsExactly(false, false);
            String known = "keys/ssh_host_ed25519_key.pub";
            assertThat(proof(client, known, known, known, known, known)).containsExactly(true, false);
            assertThat(proof(client, known, known, known, known, known, known)).containsExactly(false, false);
        }
    }

    /** Whether the proxy proves that it has those keys, asked by one client for the first and the second time. */
    private static List<Boolean> proof(SshClient client, String... files) throws Exception {
        ClientSession session =
            client.connect("git", "127.0.0.1", door.port()).verify(Duration.ofSeconds(30)).getSession();
        session.addPublicKeyIdentity(KeySignInTest.keyPair(dir.resolve("mine")));
        session.auth().verify(Duration.ofSeconds(30));
        List<Boolean> proved = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            Buffer question = session.createBuffer(SshConstants.SSH_MSG_GLOBAL_REQUEST);
            question.putString("hostkeys-prove-00@openssh.com");
            question.putBoolean(true);
            for (String file : files) {
                question.putBytes(SshDoor.wire(dir.resolve(file)));
            }
            Buffer answer = session.request("hostkeys-prove-00@openssh.com", question, Duration.ofSeconds(30));
            proved.add(answer != null);
            for (int key = 0; answer != null && key < files.length; key++) {
                assertThat(answer.getBytes()).isNotEmpty();
            }
            assertThat(answer == null ? 0 : answer.available()).isZero();
        }
        return proved;
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

    @Test
    void aUsersCertificateOrWhatIsNoneOrAKeyThatIsNoneStopsTheStart(@TempDir Path other) throws Exception {
        HostKeys keys = new HostKeys(other);
        keys.load();
        SshDoor.keygen(other, "-t", "ed25519", "-N", "", "-f", "authority");
        SshDoor.keygen(other, "-s", "authority", "-I", "proxy", "-n", "git", "ssh_host_ed25519_key.pub");
        assertThatThrownBy(keys::load).isInstanceOf(StartException.class)
            .hasMessageContaining("is not a host certificate of the key beside it");
        Path certificate = other.resolve("ssh_host_ed25519_key-cert.pub");
        Files.writeString(certificate, "ssh-ed25519-cert-v01@openssh.com AAAA");
        assertThatThrownBy(keys::load).isInstanceOf(StartException.class)
            .hasMessageContaining("ssh_host_ed25519_key-cert.pub cannot be read");
        Files.delete(certificate);
        Files.writeString(other.resolve("ssh_host_rsa_key"), "");
        assertThatThrownBy(keys::load).isInstanceOf(StartException.class)
            .hasMessageContaining("holds no key; restore it, or remove it and a new one is made");
    }
}
