package dev.trine.http;

import dev.trine.common.lifecycle.StartException;
import dev.trine.common.rpc.CompanyAuthority;
import java.net.URI;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.client.Request;
import org.eclipse.jetty.client.transport.HttpClientTransportOverHTTP;
import org.eclipse.jetty.http.HttpCookieStore;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.io.ClientConnector;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/**
 * The way out to upstreams, over HTTP/1.1: connections that are kept, and a bound on requests. It follows no redirect,
 * keeps no cookie, unpacks nothing, answers no challenge, and believes only certificates of CAs that the platform, or
 * the configuration, trusts. Any thread.
 */
final class UpstreamDoor implements AutoCloseable {
    private static final int THREADS = 32;
    private static final int BUFFER_BYTES = 64 * 1024;

    private final UpstreamSettings settings;
    private final String via;
    private final HttpClient client;
    private final Semaphore room;

    private UpstreamDoor(UpstreamSettings settings, String via, HttpClient client) {
        this.settings = settings;
        this.via = via;
        this.client = client;
        this.room = new Semaphore(settings.requestsMax());
    }

    /**
     * Opens it; nothing is connected yet.
     *
     * @param via name of this installation in the header Via, by which it knows a request that comes back
     */
    static UpstreamDoor open(UpstreamSettings settings, String via) throws Exception {
        QueuedThreadPool threads = new QueuedThreadPool(THREADS);
        threads.setName("upstream");
        threads.setDaemon(true);
        ClientConnector connector = new ClientConnector();
        connector.setSelectors(1);
        connector.setSslContextFactory(tls(settings));
        HttpClient client = new HttpClient(new HttpClientTransportOverHTTP(connector));
        client.setExecutor(threads);
        client.setConnectTimeout(settings.connectMax().toMillis());
        client.setIdleTimeout(settings.idleMax().toMillis());
        client.setFollowRedirects(false);
        client.setUserAgentField(null);
        client.setHttpCookieStore(new HttpCookieStore.Empty());
        client.setRequestBufferSize(BUFFER_BYTES);
        client.setResponseBufferSize(BUFFER_BYTES);
        client.setMaxResponseHeadersSize(Math.toIntExact(settings.headerMax().bytes()));
        client.setMaxConnectionsPerDestination(Math.max(1, settings.requestsMax()));
        client.start();
        client.getContentDecoderFactories().clear();
        client.getProtocolHandlers().clear();
        return new UpstreamDoor(settings, via, client);
    }

    private static SslContextFactory.Client tls(UpstreamSettings settings) throws StartException {
        SslContextFactory.Client tls = new SslContextFactory.Client();
        if (settings.authority().isPresent()) {
            tls.setSslContext(new CompanyAuthority("upstreams.authority", settings.authority().get()).tls());
        }
        return tls;
    }

    UpstreamSettings settings() {
        return settings;
    }

    /** What a request bears that went this way. */
    String via() {
        return "1.1 " + via;
    }

    UpstreamSecrets secrets() {
        return new UpstreamSecrets(settings.secretsDir());
    }

    /** Makes room for one request, which is to be given back; empty: there is none. */
    Optional<Room> room() {
        return room.tryAcquire() ? Optional.of(room::release) : Optional.empty();
    }

    /** Room for one request. */
    interface Room extends AutoCloseable {
        @Override
        void close();
    }

    /** A request that is not sent yet. */
    Request request(HttpMethod method, URI url) throws UpstreamFault {
        try {
            return client.newRequest(url).method(method);
        } catch (IllegalArgumentException e) {
            throw new UpstreamFault(HttpStatus.BAD_GATEWAY_502, "the URL " + url + " of an upstream cannot be used");
        }
    }

    @Override
    public void close() throws Exception {
        client.stop();
    }
}
