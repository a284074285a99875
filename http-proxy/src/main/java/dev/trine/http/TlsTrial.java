package dev.trine.http;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManagerFactory;

/** A TLS handshake in memory, with a client that believes one certificate, whatever name it is for. */
final class TlsTrial {
    private static final int STEPS_MAX = 1_000;
    private static final int BUFFER_BYTES = 64 * 1024;

    private final ByteBuffer toServer = ByteBuffer.allocate(BUFFER_BYTES);
    private final ByteBuffer toClient = ByteBuffer.allocate(BUFFER_BYTES);
    private final ByteBuffer data = ByteBuffer.allocate(BUFFER_BYTES);

    private TlsTrial() {
    }

    /**
     * Tries it.
     *
     * @throws SSLException the two do not come to an agreement
     */
    static void run(SSLEngine server, X509Certificate believed) throws IOException, GeneralSecurityException {
        SSLEngine client = believing(believed).createSSLEngine();
        client.setUseClientMode(true);
        server.setUseClientMode(false);
        client.beginHandshake();
        server.beginHandshake();
        new TlsTrial().shake(client, server);
    }

    private static SSLContext believing(X509Certificate certificate) throws IOException, GeneralSecurityException {
        KeyStore believed = KeyStore.getInstance("PKCS12");
        believed.load(null, null);
        believed.setCertificateEntry("server", certificate);
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(believed);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }

    private void shake(SSLEngine client, SSLEngine server) throws SSLException {
        for (int i = 0; i < STEPS_MAX && !(isDone(client) && isDone(server)); i++) {
            step(client, toClient, toServer);
            step(server, toServer, toClient);
        }
        if (!isDone(client) || !isDone(server)) {
            throw new SSLException("the handshake does not end");
        }
    }

    private static boolean isDone(SSLEngine engine) {
        return engine.getHandshakeStatus() == HandshakeStatus.NOT_HANDSHAKING;
    }

    private void step(SSLEngine engine, ByteBuffer in, ByteBuffer out) throws SSLException {
        switch (engine.getHandshakeStatus()) {
            case NEED_TASK -> {
                for (Runnable task = engine.getDelegatedTask(); task != null; task = engine.getDelegatedTask()) {
                    task.run();
                }
            }
            case NEED_WRAP -> engine.wrap(ByteBuffer.allocate(0), out);
            case NEED_UNWRAP, NEED_UNWRAP_AGAIN -> {
                in.flip();
                engine.unwrap(in, data);
                in.compact();
            }
            case FINISHED, NOT_HANDSHAKING -> {
                // it has nothing more to do
            }
        }
    }
}
