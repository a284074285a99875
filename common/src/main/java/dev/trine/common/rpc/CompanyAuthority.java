package dev.trine.common.rpc;

import dev.trine.common.lifecycle.StartException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.Arrays;
import java.util.Collection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * A CA of a company's own, which is believed beside those that Java trusts.
 *
 * @param setting what names the file in the configuration
 * @param file    its certificates in PEM format
 */
public record CompanyAuthority(String setting, Path file) {
    /** How to connect to servers with certificates of it, or of a CA that Java trusts. */
    public SSLContext tls() throws StartException {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {trust()}, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has TLS", e);
        }
    }

    X509TrustManager trust() throws StartException {
        try {
            KeyStore trusted = KeyStore.getInstance("PKCS12");
            trusted.load(null, null);
            for (Certificate platforms : manager(null).getAcceptedIssuers()) {
                trusted.setCertificateEntry("platform " + trusted.size(), platforms);
            }
            for (Certificate own : certificates()) {
                trusted.setCertificateEntry("company " + trusted.size(), own);
            }
            return manager(trusted);
        } catch (NoSuchFileException e) {
            throw new StartException(setting + ": there is no file " + file + "; write the CA's certificates into it,"
                + " in PEM format, or take the setting out", e);
        } catch (IOException | GeneralSecurityException e) {
            throw new StartException(setting + ": the file " + file + " cannot be read, or does not hold certificates"
                + " in PEM format: " + e.getMessage(), e);
        }
    }

    private Collection<? extends Certificate> certificates() throws IOException, GeneralSecurityException {
        try (InputStream in = Files.newInputStream(file)) {
            Collection<? extends Certificate> found = CertificateFactory.getInstance("X.509").generateCertificates(in);
            if (found.isEmpty()) {
                throw new IOException("there is none in it");
            }
            return found;
        }
    }

    /** What believes the CAs in a store; null: those that Java trusts. */
    private static X509TrustManager manager(@Nullable KeyStore trusted)
        throws GeneralSecurityException {
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(trusted);
        return Arrays.stream(factory.getTrustManagers()).filter(X509TrustManager.class::isInstance)
            .map(X509TrustManager.class::cast).findFirst()
            .orElseThrow(() -> new GeneralSecurityException("this Java platform checks no certificates"));
    }
}
