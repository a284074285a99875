package dev.trine.inspector.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trine.inspector.admin.AdminFixture.Result;
import io.grpc.TlsServerCredentials;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Base64;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands to a router that speaks TLS with a certificate of the cluster's own CA. */
class TlsTest {
    @TempDir
    private Path directory;
    private Path certificate;
    private AdminFixture trine;
    private String api;

    @BeforeEach
    void start() throws Exception {
        Path store = directory.resolve("store.p12");
        Process keytool = new ProcessBuilder(System.getProperty("java.home") + "/bin/keytool", "-genkeypair",
            "-keyalg", "EC", "-alias", "a", "-dname", "CN=router", "-ext", "san=ip:127.0.0.1", "-ext", "bc=ca:true",
            "-keystore", store.toString(), "-storetype", "PKCS12", "-storepass", "secret").inheritIO().start();
        assertThat(keytool.waitFor()).isZero();
        KeyStore keys = KeyStore.getInstance(store.toFile(), "secret".toCharArray());
        certificate = pem("ca.pem", "CERTIFICATE", keys.getCertificate("a").getEncoded());
        Path key = pem("key.pem", "PRIVATE KEY", keys.getKey("a", "secret".toCharArray()).getEncoded());
        trine = AdminFixture.start(directory, new InMemoryAdmin(3),
            TlsServerCredentials.create(certificate.toFile(), key.toFile()));
        api = trine.api().replace("http:", "https:");
    }

    @AfterEach
    void stop() throws Exception {
        trine.close();
    }

    private Path pem(String file, String type, byte[] content) throws IOException {
        return Files.writeString(directory.resolve(file), "-----BEGIN " + type + "-----\n"
            + Base64.getMimeEncoder().encodeToString(content) + "\n-----END " + type + "-----\n");
    }

    private Result list(String more) throws IOException {
        Path file = trine.writeClusterFile(directory.resolve("tls.yaml"), api, AdminFixture.TOKEN);
        Files.writeString(file, Files.readString(file) + more);
        return trine.run("user", "list", "--cluster", file.toString());
    }

    @Test
    void theCaThatTheClusterFileNamesIsTrusted() throws Exception {
        assertThat(list("authority: " + certificate.getFileName() + "\n").exit()).isZero();
    }

    @Test
    void aCaThatNobodyNamedIsNotTrusted() throws Exception {
        Result result = list("");
        assertThat(result.exit()).isEqualTo(1);
        assertThat(result.err()).startsWith("trine: the certificate of " + api + " is not trusted").hasLineCount(1);
    }

    @Test
    void aCaThatCannotBeReadIsNamed() throws Exception {
        assertThat(list("authority: absent.pem\n").err())
            .isEqualTo("trine: %s: authority: %s cannot be read%n".formatted(directory.resolve("tls.yaml"),
                directory.resolve("absent.pem")));
    }
}
