package dev.trine.ssh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trine.common.config.ConfigException;
import dev.trine.common.lifecycle.StartException;
import dev.trine.proto.Credential;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.sshd.common.config.keys.OpenSshCertificate;
import org.apache.sshd.common.config.keys.PublicKeyEntry;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Certificates that ssh-keygen makes, presented by ssh. */
@Timeout(120)
class CertificateSignInTest {
    @TempDir
    private static Path dir;
    private static SshDoor door;
    private static int keys;

    @BeforeAll
    static void open() throws Exception {
        SshDoor.keygen(dir, "-t", "ed25519", "-N", "", "-f", "authority");
        SshDoor.keygen(dir, "-t", "rsa", "-b", "3072", "-N", "", "-f", "other-authority");
        Files.writeString(dir.resolve("authorities"), "# the company's\n" + Files.readString(
            dir.resolve("authority.pub")));
        Files.writeString(dir.resolve("revoked.txt"), "serial: 4711\nid: lost laptop\n");
        SshDoor.keygen(dir, "-k", "-f", "krl", "-s", "authority.pub", "revoked.txt");
        door = SshDoor.forAlice(dir, "certificates: {authorities: [%s], krl: %s}\n".formatted(
            dir.resolve("authorities"), dir.resolve("krl")));
        door.cluster().user(5, "alice");
    }

    @AfterAll
    static void close() throws Exception {
        door.close();
    }

    /** A new key with a certificate. */
    private static String certified(String authority, String type, String... options) throws Exception {
        String name = "key" + ++keys;
        List<String> make = new ArrayList<>(List.of(type.split(" ")));
        make.addAll(0, List.of("-N", "", "-f", name, "-t"));
        SshDoor.keygen(dir, make.toArray(String[]::new));
        List<String> sign = new ArrayList<>(List.of("-s", authority));
        sign.addAll(List.of(options));
        sign.add(name + ".pub");
        SshDoor.keygen(dir, sign.toArray(String[]::new));
        return name;
    }

    private static String as(String key, String connectAs, String... command) throws Exception {
        return door.ssh(Stream.concat(Stream.of("-i", dir.resolve(key).toString(), connectAs + "@127.0.0.1"),
            Arrays.stream(command)).toArray(String[]::new));
    }

    @ParameterizedTest
    @CsvSource({"ed25519", "ecdsa", "rsa -b 3072"})
    void aCertificateSignsTheUserInWhomItNames(String type) throws Exception {
        String key = certified("authority", type, "-I", "alice at work", "-z", "7", "-n", "alice", "-V", "-1h:+1h",
            "-O", "source-address=10.0.0.0/8,127.0.0.0/8");
        assertThat(as(key, "git", "whoami")).isEqualTo("alice\ncertificate alice at work serial 7\nexit 0");
    }

    @Test
    void whatACertificateIsUsedForEndsWithIt() throws Exception {
        String key = certified("authority", "ed25519", "-I", "short", "-z", "8", "-n", "alice", "-V", "-1h:+1h");
        assertThat(as(key, "git", "git-upload-pack 'g/r'")).contains("0000");
        Credential asked = door.cluster().asked().getLast().getCredential();
        assertThat(asked.getName()).isEqualTo("certificate short serial 8");
        assertThat(asked.getUserId()).isEqualTo(5);
        assertThat(asked.getExpiresMs()).isBetween(System.currentTimeMillis(),
            System.currentTimeMillis() + 3_700_000);
    }

    @ParameterizedTest
    @CsvSource({"-n alice -V 20200101:20210101,expired at 20",
        "-n alice -V 20990101:20990201,is not valid before 20",
        "-n alice -O source-address=10.0.0.0/8,is not valid for connections from 127.0.0.1",
        "-n alice -O force-command=ls,is for one command only",
        "-n alice -O critical:colour@example.com=red,has the critical option 'colour@example.com'",
        "-z 1,names no user of Trine",
        "'-n alice,bob',names several users; connect as one of them",
        "-n nobody,is for 'nobody' and there is no such user",
        "-n alice -z 4711,was revoked",
        "-n alice -I lost_laptop,was revoked"})
    void aCertificateThatIsNotGoodIsRefusedWithASentence(String options, String why) throws Exception {
        List<String> words = new ArrayList<>(List.of(options.split(" ")));
        words.replaceAll(word -> word.equals("lost_laptop") ? "lost laptop" : word);
        if (!words.contains("-I")) {
            words.addAll(List.of("-I", "test"));
        }
        String key = certified("authority", "ed25519", words.toArray(String[]::new));
        assertThat(as(key, "git", "whoami").replace(", and", " and"))
            .contains("trine: certificate " + (words.contains("lost laptop") ? "lost laptop" : "test"))
            .contains(why).contains("Permission denied").endsWith("exit 255");
    }

    @Test
    void aHostsCertificateIsNotAUsers() throws Exception {
        String key = certified("authority", "ed25519", "-h", "-I", "test", "-n", "alice");
        UserCertificates certificates = UserCertificates.open(new CertificateSettings(
            List.of(dir.resolve("authority.pub")), Optional.empty(), false, ""), new KeyRules(3072));
        OpenSshCertificate certificate = (OpenSshCertificate) PublicKeyEntry.parsePublicKeyEntry(
            Files.readString(dir.resolve(key + "-cert.pub"))).resolvePublicKey(null, Map.of(), null);
        assertThat(certificates.check(certificate, "git", Optional.empty(), Instant.now())).isEqualTo(
            new UserCertificates.Verdict.Bad("certificate test serial 0 is a host's, not a user's"));
    }

    @Test
    void aPrefixTellsUsersFromOtherPrincipals() throws Exception {
        String key = certified("authority", "ed25519", "-I", "test", "-n", "root,trine:alice,db:alice");
        UserCertificates certificates = UserCertificates.open(new CertificateSettings(
            List.of(dir.resolve("authority.pub")), Optional.empty(), false, "trine:"), new KeyRules(3072));
        OpenSshCertificate certificate = (OpenSshCertificate) PublicKeyEntry.parsePublicKeyEntry(
            Files.readString(dir.resolve(key + "-cert.pub"))).resolvePublicKey(null, Map.of(), null);
        assertThat(certificates.check(certificate, "git", Optional.empty(), Instant.now())).isEqualTo(
            new UserCertificates.Verdict.Good("alice", "certificate test serial 0", Optional.empty()));
    }

    @Test
    void aCertificateWithSeveralUsersSignsInWhoConnects() throws Exception {
        String key = certified("authority", "ed25519", "-I", "two", "-n", "alice,bob");
        assertThat(as(key, "alice", "whoami")).startsWith("alice\n").endsWith("exit 0");
    }

    @Test
    void aCertificateForAShortRsaKeyIsRefused() throws Exception {
        String key = certified("authority", "rsa -b 2048", "-I", "test", "-n", "alice");
        assertThat(as(key, "git", "whoami")).contains("is for a weak key: the RSA key has 2048 bits")
            .endsWith("exit 255");
    }

    @Test
    void anAuthorityIsTrustedFromTheMomentThatItIsInTheFile() throws Exception {
        String key = certified("other-authority", "ed25519", "-t", "rsa-sha2-256", "-I", "test", "-n", "alice");
        assertThat(as(key, "git", "whoami"))
            .contains("trine: certificate test serial 0 was signed by an authority that is not trusted here")
            .endsWith("exit 255");
        String old = certified("other-authority", "ed25519", "-t", "ssh-rsa", "-I", "test", "-n", "alice");
        Files.writeString(dir.resolve("authorities"), Files.readString(dir.resolve("other-authority.pub")),
            StandardOpenOption.APPEND);
        assertThat(as(key, "git", "whoami")).startsWith("alice\n");
        assertThat(as(old, "git", "whoami")).contains("trine: the certificate's signature is wrong, or made with SHA-1")
            .endsWith("exit 255");
    }

    @Test
    void aKeyThatIsRevokedDoesNotSignInNorDoesItsCertificate() throws Exception {
        String key = certified("authority", "ed25519", "-I", "test", "-n", "alice");
        door.cluster().key(SshDoor.wire(dir.resolve(key + ".pub")), 5, "alice");
        assertThat(as(key, "git", "whoami")).startsWith("alice\n");
        Files.copy(dir.resolve("krl"), dir.resolve("krl.new"), StandardCopyOption.REPLACE_EXISTING);
        SshDoor.keygen(dir, "-k", "-u", "-f", "krl.new", key + ".pub");
        Files.move(dir.resolve("krl.new"), dir.resolve("krl"), StandardCopyOption.ATOMIC_MOVE);
        assertThat(as(key, "git", "whoami")).contains("trine: certificate test serial 0 was revoked")
            .contains("trine: the key was revoked; make another").endsWith("exit 255");
    }

    @Test
    void plainKeysDoNotSignInWhereCertificatesAreForced(@TempDir Path other) throws Exception {
        try (SshDoor strict = SshDoor.forAlice(other, "certificates: {authorities: [%s], forced: true}\n".formatted(
            dir.resolve("authority.pub")))) {
            assertThat(strict.ssh("-T", "git@127.0.0.1")).contains("trine: plain keys do not sign in here; get a"
                + " certificate").endsWith("exit 255");
        }
    }

    @Test
    void settingsThatCannotHoldStopTheStart(@TempDir Path other) {
        assertThatThrownBy(() -> new SshDoor(other, "certificates: {forced: true}\n"))
            .isInstanceOf(ConfigException.class).hasMessageContaining("name the authorities");
        assertThatThrownBy(() -> new SshDoor(other, "certificates: {authorities: [%s]}\n".formatted(
            dir.resolve("authority")))).isInstanceOf(StartException.class).hasMessageContaining("not a public key");
        assertThatThrownBy(() -> new SshDoor(other, "certificates: {krl: %s}\n".formatted(
            dir.resolve("authority.pub")))).isInstanceOf(StartException.class)
            .hasMessageContaining("not a key revocation list");
    }
}
