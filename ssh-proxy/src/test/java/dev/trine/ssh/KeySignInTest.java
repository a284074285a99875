package dev.trine.ssh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trine.proto.Credential;
import dev.trine.proto.Credential.Presence;
import dev.trine.proto.GrantRole;
import dev.trine.proto.Right;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.sshd.client.SshClient;
import org.apache.sshd.client.auth.keyboard.UserInteraction;
import org.apache.sshd.client.keyverifier.AcceptAllServerKeyVerifier;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.common.NamedFactory;
import org.apache.sshd.common.signature.BuiltinSignatures;
import org.apache.sshd.common.signature.Signature;
import org.apache.sshd.common.util.io.resource.PathResource;
import org.apache.sshd.common.util.security.SecurityUtils;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which keys sign in, and what the others are told. */
@Timeout(120)
class KeySignInTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir
    private static Path dir;
    private static SshDoor door;

    @BeforeAll
    static void open() throws Exception {
        door = SshDoor.forAlice(dir, "");
    }

    @AfterAll
    static void close() throws Exception {
        door.close();
    }

    private static String as(String keyFile, String... arguments) throws Exception {
        List<String> all = new ArrayList<>(List.of("-i", dir.resolve(keyFile).toString()));
        all.addAll(List.of(arguments));
        all.addAll(List.of("-T", "git@127.0.0.1"));
        return door.ssh(all.toArray(String[]::new));
    }

    @Test
    void aShortRsaKeyIsRefusedWithASentenceIfItIsSomebodys() throws Exception {
        door.cluster().key(door.newKey("short", "-t", "rsa", "-b", "2048"), 6, "bob");
        assertThat(as("short")).contains("trine: the RSA key has 2048 bits, and at least 3072 are required; make a"
            + " better key with 'ssh-keygen -t ed25519'").contains("Permission denied").endsWith("exit 255");
        door.newKey("stranger", "-t", "rsa", "-b", "2048");
        assertThat(as("stranger")).doesNotContain("trine:").contains("Permission denied").endsWith("exit 255");
    }

    @Test
    void aShortRsaKeySignsInWhereTheSettingAllows(@TempDir Path other) throws Exception {
        try (SshDoor lenient = new SshDoor(other, "keys: {rsa-bits-min: 2048}\n")) {
            lenient.cluster().key(lenient.newKey("mine", "-t", "rsa", "-b", "2048"), 6, "bob");
            assertThat(lenient.ssh("-T", "git@127.0.0.1")).startsWith("Hi bob!");
        }
    }

    @Test
    void anRsaKeySignsInBySha2() throws Exception {
        door.cluster().key(door.newKey("long", "-t", "rsa", "-b", "3072"), 6, "bob");
        assertThat(as("long", "-o", "PubkeyAcceptedAlgorithms=rsa-sha2-256")).startsWith("Hi bob!");
        assertThat(as("long", "-o", "PubkeyAcceptedAlgorithms=rsa-sha2-512")).startsWith("Hi bob!");
    }

    @Test
    void anRsaSignatureWithSha1IsRefusedWithASentence() throws Exception {
        door.cluster().key(door.newKey("old", "-t", "rsa", "-b", "3072"), 6, "bob");
        BlockingQueue<String> told = new LinkedBlockingQueue<>();
        try (SshClient client = SshClient.setUpDefaultClient()) {
            client.setSignatureFactories(
                List.<NamedFactory<Signature>>of(BuiltinSignatures.ed25519, BuiltinSignatures.rsa));
            client.setServerKeyVerifier(AcceptAllServerKeyVerifier.INSTANCE);
            client.setKexExtensionHandler(null);
            client.setUserInteraction(listener(told));
            client.start();
            ClientSession session = client.connect("git", "127.0.0.1", door.port()).verify(PATIENCE).getSession();
            session.addPublicKeyIdentity(keyPair(dir.resolve("old")));
            assertThatThrownBy(() -> session.auth().verify(PATIENCE))
                .hasMessageContaining("No more authentication methods");
        }
        assertThat(told.poll(30, TimeUnit.SECONDS)).contains("trine: RSA signatures with SHA-1 are not accepted");
    }

    private static UserInteraction listener(BlockingQueue<String> told) {
        return new UserInteraction() {
            @Override
            public void welcome(ClientSession session, String banner, String language) {
                told.add(banner);
            }

            @Override
            public String[] interactive(ClientSession session, String name, String instruction, String language,
                                        String[] prompt, boolean[] echo) {
                return new String[0];
            }

            @Override
            public String getUpdatedPassword(ClientSession session, String prompt, String language) {
                return "";
            }
        };
    }

    /** The key in a file that ssh-keygen has made. */
    static KeyPair keyPair(Path file) throws Exception {
        try (InputStream in = Files.newInputStream(file)) {
            return SecurityUtils.loadKeyPairIdentities(null, new PathResource(file), in, null).iterator().next();
        }
    }

    /** Whether a client signs in that offers the public and signs with the private half. */
    static boolean signsIn(SshDoor at, KeyPair halves) throws Exception {
        try (SshClient client = SshClient.setUpDefaultClient()) {
            client.setServerKeyVerifier(AcceptAllServerKeyVerifier.INSTANCE);
            client.start();
            ClientSession session = client.connect("git", "127.0.0.1", at.port()).verify(PATIENCE).getSession();
            session.addPublicKeyIdentity(halves);
            return session.auth().await(PATIENCE) && session.isAuthenticated();
        }
    }

    @Test
    void aKeyOfATypeThatIsNotServedIsDeniedWithoutAWord() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("DSA");
        generator.initialize(1024);
        BlockingQueue<String> told = new LinkedBlockingQueue<>();
        try (SshClient client = SshClient.setUpDefaultClient()) {
            client.setSignatureFactories(
                List.<NamedFactory<Signature>>of(BuiltinSignatures.ed25519, BuiltinSignatures.dsa));
            client.setServerKeyVerifier(AcceptAllServerKeyVerifier.INSTANCE);
            client.setUserInteraction(listener(told));
            client.start();
            ClientSession session = client.connect("git", "127.0.0.1", door.port()).verify(PATIENCE).getSession();
            session.addPublicKeyIdentity(generator.generateKeyPair());
            assertThatThrownBy(() -> session.auth().verify(PATIENCE))
                .hasMessageContaining("No more authentication methods");
        }
        assertThat(told).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"true,0,ANY,Hi alice!", "false,0,ANY,Hi alice!", "true,1,TOUCHED,Hi alice!",
        "false,1,TOUCHED,Hi alice!", "true,5,VERIFIED,Hi alice!", "false,5,VERIFIED,Hi alice!",
        "true,0,TOUCHED,trine: this security key has to be touched", "false,4,TOUCHED,has to be touched",
        "true,1,VERIFIED,trine: this security key has to verify its owner", "false,1,VERIFIED,has to verify"})
    void aSecurityKeyProvesThatItsOwnerIsPresentAsFarAsThatWasDemanded(boolean edwards, int flags, Presence demanded,
                                                                       String said) throws Exception {
        Path socket = dir.resolve("agent-" + edwards + flags + demanded);
        try (SecurityKeyAgent agent = new SecurityKeyAgent(socket, edwards, flags)) {
            door.cluster().key(agent.wire(), "alice", credential(demanded));
            String output = door.ssh("-o", "IdentityAgent=" + socket, "-o", "IdentitiesOnly=no", "-T",
                "git@127.0.0.1");
            assertThat(output).contains(said).endsWith(said.startsWith("Hi") ? "exit 0" : "exit 255");
        }
    }

    private static Credential credential(Presence demanded) {
        return Credential.newBuilder().setName("key 7").setUserId(5).setPresence(demanded)
            .addRights(Right.newBuilder().setPath("*").setRole(GrantRole.ADMINISTRATOR)).build();
    }

    @Test
    void aPlainKeyThatHasToProveThatItsOwnerIsPresentIsRefusedWithASentence() throws Exception {
        door.cluster().key(door.newKey("plain", "-t", "ed25519"), "alice", credential(Presence.TOUCHED));
        assertThat(as("plain")).contains("trine: the key has to prove that its owner is present, and only a security"
            + " key can").endsWith("exit 255");
    }

    @Test
    void aCertificateIsNotSpokenOfWhereNoneAreServed() throws Exception {
        door.newKey("authority", "-t", "ed25519");
        door.newKey("certified", "-t", "ed25519");
        SshDoor.keygen(dir, "-s", "authority", "-I", "id", "-n", "alice", "certified.pub");
        assertThat(as("certified")).doesNotContain("trine:").contains("Permission denied");
    }
}
