package dev.trine.http;

import dev.trine.common.door.FileBacked;
import dev.trine.common.lifecycle.StartException;
import dev.trine.common.rpc.PemIdentity;
import java.io.IOException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLEngine;
import org.eclipse.jetty.http2.HTTP2Cipher;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The certificate that clients are shown. Its files are looked at each second; who connects after a change gets the new
 * one. What the files say is tried first, in a handshake that nobody sees: if it does not work, the old one stays in
 * use, and the log says so.
 */
final class TlsFiles implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TlsFiles.class);
    private static final String PASSWORD = "memory";

    private final Current context;
    private final FileBacked<KeyStore> files;
    private final ScheduledExecutorService watch =
        Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().name("tls-files").factory());
    private KeyStore shown;
    private @Nullable KeyStore refused;

    private TlsFiles(FileBacked<KeyStore> files) throws Exception {
        this.files = files;
        this.shown = files.get();
        this.context = of(shown, new Current(tried(shown)));
    }

    /** Reads the files, and looks at them from then on. */
    static TlsFiles watch(HttpProxyConfig.Tls tls) throws StartException {
        PemIdentity identity = new PemIdentity(tls.certificate(), tls.key());
        FileBacked<KeyStore> files;
        try {
            files = FileBacked.open(List.of(tls.certificate(), tls.key()), () -> read(identity));
        } catch (IOException e) {
            throw new StartException(e.getMessage(), e);
        }
        try {
            TlsFiles watched = new TlsFiles(files);
            watched.watch.scheduleWithFixedDelay(watched::look, 1, 1, TimeUnit.SECONDS);
            return watched;
        } catch (Exception e) {
            throw new StartException("no client could use the certificate and key of tls: " + e.getMessage(), e);
        }
    }

    /** What gives each connection its certificate. */
    SslContextFactory.Server context() {
        return context;
    }

    @Override
    public void close() {
        watch.shutdownNow();
    }

    /** Takes the files over if they have changed. */
    synchronized void look() {
        KeyStore now = files.get();
        if (now == shown) {
            return;
        }
        try {
            certificate(now).checkValidity();
            context.current = tried(now);
            shown = now;
            LOG.atInfo().addKeyValue("until", certificate(now).getNotAfter().toInstant())
                .log("a new TLS certificate is in use");
        } catch (Exception e) {
            if (now != refused) {
                LOG.atError().setCause(e).log("the new TLS certificate cannot be used; the old one stays in use");
            }
            refused = now; // it is tried again: its time may come
        }
    }

    private static KeyStore read(PemIdentity identity) throws IOException {
        try {
            return identity.load(PASSWORD);
        } catch (StartException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    private static X509Certificate certificate(KeyStore store) throws Exception {
        return (X509Certificate) store.getCertificate(store.aliases().nextElement());
    }

    private static SslContextFactory.Server tried(KeyStore store) throws Exception {
        SslContextFactory.Server made = of(store, new SslContextFactory.Server());
        made.start();
        TlsTrial.run(made.newSSLEngine(), certificate(store));
        return made;
    }

    private static <S extends SslContextFactory.Server> S of(KeyStore store, S context) {
        context.setKeyStore(store);
        context.setKeyStorePassword(PASSWORD);
        context.setIncludeProtocols("TLSv1.3", "TLSv1.2");
        context.setCipherComparator(HTTP2Cipher.COMPARATOR);
        return context;
    }

    /** Gives each connection what is current; who began with the one before goes on with it. */
    private static final class Current extends SslContextFactory.Server {
        private volatile SslContextFactory.Server current;

        Current(SslContextFactory.Server first) {
            current = first;
        }

        @Override
        public SSLEngine newSSLEngine() {
            return current.newSSLEngine();
        }

        @Override
        public SSLEngine newSSLEngine(String host, int port) {
            return current.newSSLEngine(host, port);
        }
    }
}
