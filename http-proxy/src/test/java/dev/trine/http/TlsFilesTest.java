package dev.trine.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trine.common.lifecycle.StartException;
import dev.trine.common.rpc.Security;
import dev.trine.common.rpc.TestAuthority;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.cert.X509Certificate;
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
        install(first.certificate(), files.certificate());
        install(first.key(), files.key());
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

    private static String shown(TlsFiles tls) throws Exception {
        return ((X509Certificate) tls.context().getKeyStore().getCertificate("server")).getSubjectX500Principal()
            .getName();
    }

    @Test
    void whoConnectsAfterAChangeIsShownTheNewOne() throws Exception {
        try (Door door = new Door(dir); HttpProxy proxy = door.proxy("tls: {certificate: " + files.certificate()
            + ", key: " + files.key() + "}")) {
            assertThat(shown(proxy.port())).isEqualTo("CN=first");
            install(second.certificate(), files.certificate());
            install(second.key(), files.key());
            while (!shown(proxy.port()).equals("CN=second")) {
                Thread.onSpinWait();
            }
        }
    }

    @Test
    void filesThatAreBrokenOrDoNotBelongTogetherLeaveTheOldOneInUse() throws Exception {
        try (TlsFiles tls = TlsFiles.watch(files)) {
            tls.context().start();
            Files.writeString(files.certificate(), "rubbish");
            tls.look();
            assertThat(shown(tls)).isEqualTo("CN=first");
            install(second.certificate(), files.certificate());
            tls.look();
            assertThat(shown(tls)).as("with the first one's key").isEqualTo("CN=first");
            Files.delete(files.key());
            tls.look();
            assertThat(shown(tls)).isEqualTo("CN=first");
            install(second.key(), files.key());
            tls.look();
            assertThat(shown(tls)).isEqualTo("CN=second");
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
