package dev.trine.common.bulk;

import dev.trine.common.config.HostPort;
import dev.trine.common.lifecycle.StartException;
import dev.trine.common.rpc.PemIdentity;
import dev.trine.common.rpc.Security;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/**
 * Makes connections between members of the cluster that are as well protected as gRPC's: with its certificates, each
 * end showing one, or in clear on one machine, where only the token admits.
 */
final class BulkSockets {
    private final Optional<SSLContext> tls;

    /**
     * Reads the certificates.
     *
     * @throws StartException if they cannot be read
     */
    BulkSockets(Security security) throws StartException {
        tls = security.tls().isPresent() ? Optional.of(context(security.tls().get())) : Optional.empty();
    }

    /** Goes over to TLS, where that is spoken, at the end that was connected to; the other end shows a certificate. */
    BulkSocket accepted(Socket raw, Duration max) throws IOException {
        raw.setTcpNoDelay(true);
        raw.setSoTimeout(Math.toIntExact(max.toMillis()));
        if (tls.isEmpty()) {
            return new BulkSocket(raw, raw);
        }
        SSLSocket spoken = (SSLSocket) tls.get().getSocketFactory().createSocket(raw,
            raw.getInetAddress().getHostAddress(), raw.getPort(), true);
        spoken.setUseClientMode(false);
        spoken.setNeedClientAuth(true);
        spoken.startHandshake();
        return new BulkSocket(raw, spoken);
    }

    /** Connects, and makes sure that who is there may serve under that host's name. */
    BulkSocket connect(HostPort to, Duration max) throws IOException {
        Socket raw = new Socket();
        try {
            raw.setReceiveBufferSize(BulkFrame.SOCKET_BUFFER_BYTES);
            raw.setTcpNoDelay(true);
            int millis = Math.toIntExact(max.toMillis());
            raw.connect(to.address(), millis);
            raw.setSoTimeout(millis);
            return tls.isEmpty() ? new BulkSocket(raw, raw) : new BulkSocket(raw, spoken(tls.get(), raw, to));
        } catch (IOException | RuntimeException e) {
            raw.close();
            throw e;
        }
    }

    private static Socket spoken(SSLContext tls, Socket raw, HostPort to) throws IOException {
        SSLSocket spoken = (SSLSocket) tls.getSocketFactory().createSocket(raw, to.host(), to.port(), true);
        SSLParameters parameters = spoken.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        spoken.setSSLParameters(parameters);
        spoken.startHandshake();
        return spoken;
    }

    private static SSLContext context(Security.Tls files) throws StartException {
        String password = "memory";
        try {
            KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(new PemIdentity(files.certificate(), files.key()).load(password), password.toCharArray());
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(authorities(files.authority()));
            SSLContext context = SSLContext.getInstance("TLSv1.3");
            context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
            return context;
        } catch (IOException | GeneralSecurityException e) {
            throw new StartException("tls files cannot be read: " + e.getMessage(), e);
        }
    }

    private static KeyStore authorities(Path file) throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        try (InputStream in = Files.newInputStream(file)) {
            for (Certificate authority : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                store.setCertificateEntry("authority " + store.size(), authority);
            }
        }
        if (store.size() == 0) {
            throw new IOException(file + " holds no certificate");
        }
        return store;
    }
}
