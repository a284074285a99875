package dev.trine.http;

import dev.trine.common.door.FileBacked;
import dev.trine.common.lifecycle.StartException;
import dev.trine.common.rpc.PemIdentity;
import java.io.IOException;
import java.security.KeyStore;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.http2.HTTP2Cipher;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The certificate that clients are shown. Its files are looked at each second; who connects after a change gets the new
 * one. Files that do not make up a certificate with its key leave the old one in use, and an error in the log.
 */
final class TlsFiles implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TlsFiles.class);
    private static final String PASSWORD = "memory";

    private final SslContextFactory.Server context = new SslContextFactory.Server();
    private final FileBacked<KeyStore> files;
    private final ScheduledExecutorService watch =
        Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().name("tls-files").factory());
    private KeyStore shown;

    private TlsFiles(FileBacked<KeyStore> files) {
        this.files = files;
        this.shown = files.get();
        context.setKeyStore(shown);
        context.setKeyStorePassword(PASSWORD);
        context.setIncludeProtocols("TLSv1.3", "TLSv1.2");
        context.setCipherComparator(HTTP2Cipher.COMPARATOR);
    }

    /** Reads the files, and looks at them from then on. */
    static TlsFiles watch(HttpProxyConfig.Tls tls) throws StartException {
        PemIdentity identity = new PemIdentity(tls.certificate(), tls.key());
        try {
            TlsFiles watched = new TlsFiles(
                FileBacked.open(List.of(tls.certificate(), tls.key()), () -> read(identity)));
            watched.watch.scheduleWithFixedDelay(watched::look, 1, 1, TimeUnit.SECONDS);
            return watched;
        } catch (IOException e) {
            throw new StartException(e.getMessage(), e);
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
        try {
            KeyStore now = files.get();
            if (now != shown) {
                context.reload(changed -> changed.setKeyStore(now));
                shown = now;
            }
        } catch (Exception e) {
            LOG.atError().setCause(e).log("the new TLS certificate cannot be used; the old one stays in use");
        }
    }

    private static KeyStore read(PemIdentity identity) throws IOException {
        try {
            return identity.load(PASSWORD);
        } catch (StartException e) {
            throw new IOException(e.getMessage(), e);
        }
    }
}
