package dev.trine.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trine.common.lifecycle.StartException;
import dev.trine.common.rpc.PemIdentity;
import dev.trine.common.rpc.Security;
import dev.trine.common.rpc.TestAuthority;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A certificate that is renewed while the proxy runs. */
@Timeout(120)
class TlsFilesTest {
    @TempDir
    private Path dir;
    private TestAuthority authority;
    private Security.Tls first;
    private Security.Tls second;
    private HttpProxyConfig.Tls files;

    @BeforeEach
    void issue() throws Exception {
        authority = TestAuthority.create(dir.resolve("ca"));
        first = authority.member("first").tls().orElseThrow();
        second = authority.member("second").tls().orElseThrow();
        files = new HttpProxyConfig.Tls(dir.resolve("door.crt"), dir.resolve("door.key"));
        install(first);
    }

    private static void install(Path from, Path to) throws Exception {
        Path copy = Files.copy(from, to.resolveSibling("new"), StandardCopyOption.REPLACE_EXISTING);
        Files.move(copy, to, StandardCopyOption.ATOMIC_MOVE);
    }

    private String shown(int port) throws Exception {
        try (HttpClient http = HttpClient.newBuilder().sslContext(Door.trusting(authority.certificate())).build()) {
            HttpResponse<String> answer = Door.get(http, "https://127.0.0.1:" + port + "/livez");
            return ((X509Certificate) answer.sslSession().orElseThrow().getPeerCertificates()[0])
                .getSubjectX500Principal().getName();
        }
    }

    /** Whether a client that believes nothing else comes to an agreement with who is shown that certificate. */
    private static boolean shows(TlsFiles tls, Security.Tls wanted) throws Exception {
        try {
            TlsTrial.run(tls.context().newSSLEngine(), (X509Certificate) new PemIdentity(wanted.certificate(),
                wanted.key()).load("p").getCertificate("server"));
            return true;
        } catch (SSLException another) {
            return false;
        }
    }

    private void install(Security.Tls pair) throws Exception {
        install(pair.certificate(), files.certificate());
        install(pair.key(), files.key());
    }

    @Test
    void whoConnectsAfterAChangeIsShownTheNewOne() throws Exception {
        try (Door door = new Door(dir); HttpProxy proxy = door.proxy("tls: {certificate: " + files.certificate()
            + ", key: " + files.key() + "}")) {
            assertThat(shown(proxy.port())).isEqualTo("CN=first");
            install(second);
            while (!shown(proxy.port()).equals("CN=second")) {
                Thread.onSpinWait();
            }
        }
    }

    @Test
    void filesThatAreBrokenOrDoNotBelongTogetherLeaveTheOldOneInUse() throws Exception {
        try (TlsFiles tls = TlsFiles.watch(files)) {
            Files.writeString(files.certificate(), "rubbish");
            tls.look();
            assertThat(shows(tls, first)).isTrue();
            install(second.certificate(), files.certificate());
            tls.look();
            assertThat(shows(tls, first)).as("with the first one's key").isTrue();
            Files.delete(files.key());
            tls.look();
            assertThat(shows(tls, first)).isTrue();
            assertThat(shows(tls, second)).isFalse();
            install(second.key(), files.key());
            tls.look();
            assertThat(shows(tls, second)).isTrue();
            assertThat(shows(tls, first)).isFalse();
        }
    }

    @Test
    void whatNoClientCouldUseLeavesTheOldOneInUse() throws Exception {
        Security.Tls weak = authority.member("weak", "-keyalg", "RSA", "-keysize", "512").tls().orElseThrow();
        Security.Tls past = authority.member("past", "-keyalg", "EC", "-startdate", "-9d", "-validity", "5").tls()
            .orElseThrow();
        Security.Tls early = authority.member("early", "-keyalg", "EC", "-startdate", "+9d").tls().orElseThrow();
        try (TlsFiles tls = TlsFiles.watch(files)) {
            for (Security.Tls bad : List.of(weak, past, early)) {
                install(bad);
                tls.look();
                assertThat(shows(tls, first)).as(bad.toString()).isTrue();
            }
            install(second);
            tls.look();
            assertThat(shows(tls, second)).isTrue();
        }
        install(weak);
        assertThatThrownBy(() -> TlsFiles.watch(files)).isInstanceOf(StartException.class)
            .hasMessageStartingWith("no client could use the certificate and key of tls: ");
    }

    @Test
    void whoBeganBeforeAChangeEndsWithTheOldOne() throws Exception {
        try (TlsFiles tls = TlsFiles.watch(files)) {
            SSLEngine begun = tls.context().newSSLEngine("127.0.0.1", 1);
            install(second);
            tls.look();
            TlsTrial.run(begun, (X509Certificate) new PemIdentity(first.certificate(), first.key()).load("p")
                .getCertificate("server"));
            assertThat(shows(tls, second)).isTrue();
        }
    }

    @Test
    void noOlderVersionIsOfferedWhateverThePlatformAllows() throws Exception {
        try (TlsFiles tls = TlsFiles.watch(files)) {
            tls.context().start();
            assertThat(tls.context().getSelectedProtocols()).containsExactlyInAnyOrder("TLSv1.3", "TLSv1.2");
        }
    }

    @Test
    void aKeyOfAnotherCertificateIsRefusedAtTheStart() throws Exception {
        install(second.key(), files.key());
        assertThatThrownBy(() -> TlsFiles.watch(files)).isInstanceOf(StartException.class)
            .hasMessageContaining("is not the one of the first certificate in");
    }
}
