package dev.trine.common.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trine.common.lifecycle.StartException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.stream.Stream;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whose certificates are believed where a company names a CA of its own. */
class CompanyAuthorityTest {
    @TempDir
    private Path dir;

    private static X509Certificate read(Path file) throws Exception {
        try (InputStream in = Files.newInputStream(file)) {
            return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
        }
    }

    private static Stream<X509Certificate> platforms() throws Exception {
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init((KeyStore) null);
        return Arrays.stream(((X509TrustManager) factory.getTrustManagers()[0]).getAcceptedIssuers());
    }

    @Test
    void allCasOfTheFileAreBelievedBesideThoseOfThePlatform() throws Exception {
        Path one = TestAuthority.create(dir.resolve("one")).certificate();
        Path other = TestAuthority.create(dir.resolve("other")).certificate();
        Path both = Files.writeString(dir.resolve("both.pem"), "# ours\n" + Files.readString(one)
            + Files.readString(other));
        assertThat(new CompanyAuthority("x.authority", both).trust().getAcceptedIssuers()).containsExactlyInAnyOrder(
            Stream.concat(platforms(), Stream.of(read(one), read(other))).toArray(X509Certificate[]::new));
        assertThat(platforms()).as("else nothing is seen").isNotEmpty();
    }

    @Test
    void aFileThatIsMissingOrHoldsSomethingElseIsRefusedWithTheNameOfTheSetting() throws Exception {
        Path absent = dir.resolve("absent.pem");
        assertThatThrownBy(() -> new CompanyAuthority("x.authority", absent).tls()).isInstanceOf(StartException.class)
            .hasMessage("x.authority: there is no file " + absent + "; write the CA's certificates into it, in PEM"
                + " format, or take the setting out");
        for (String rubbish : new String[] {"", "no certificate",
            "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"}) {
            Path file = Files.writeString(dir.resolve("rubbish.pem"), rubbish);
            assertThatThrownBy(() -> new CompanyAuthority("x.authority", file).tls()).as(rubbish)
                .isInstanceOf(StartException.class).hasMessageStartingWith("x.authority: the file " + file
                    + " cannot be read, or does not hold certificates in PEM format: ");
        }
        assertThatThrownBy(() -> new CompanyAuthority("x.authority", dir).tls()).isInstanceOf(StartException.class)
            .hasMessageStartingWith("x.authority: the file " + dir + " cannot be read");
    }
}
