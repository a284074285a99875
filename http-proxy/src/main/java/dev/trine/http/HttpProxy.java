package dev.trine.http;

import dev.trine.common.audit.Audit;
import dev.trine.common.audit.AuditLog;
import dev.trine.common.bulk.BulkConnections;
import dev.trine.common.config.HostPort;
import dev.trine.common.lifecycle.Closer;
import dev.trine.common.lifecycle.StartException;
import dev.trine.common.relay.GitRelay;
import dev.trine.common.relay.RouterClient;
import dev.trine.common.rpc.PemIdentity;
import dev.trine.common.rpc.RpcChannels;
import java.io.IOException;
import java.nio.channels.Channel;
import java.nio.channels.ClosedChannelException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.ForwardedRequestCustomizer;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.server.handler.GracefulHandler;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A running HTTP proxy. */
public final class HttpProxy implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(HttpProxy.class);
    private static final int PLATFORM_THREADS = 64;
    private static final int BUFFER_BYTES = 64 * 1024;
    private static final int ACCEPT_QUEUE = 512;

    private final int port;
    private final Closer closer;

    private HttpProxy(int port, Closer closer) {
        this.port = port;
        this.closer = closer;
    }

    /** Starts the proxy. */
    public static HttpProxy start(HttpProxyConfig config) throws StartException {
        config.checkListen();
        Closer closer = new Closer();
        try {
            Audit audit = closer.open(AuditLog.open(config.audit(), "http-proxy", Clock.systemUTC()));
            RpcChannels channels =
                closer.open(new RpcChannels(config.security(), Optional.of(config.relay().window())));
            BulkConnections bulk = new BulkConnections(config.security());
            RouterClient router = new RouterClient(channels.to(config.router()), config.relay().routerAnswerMax());
            GitRelay relay = new GitRelay(router, channels, bulk, config.relay(), audit);
            ExecutorService requests = Executors.newVirtualThreadPerTaskExecutor();
            closer.open(requests::shutdownNow);
            Server server = server(requests, new GitHandler(router, relay, new SignIns(audit), config.limits()),
                config.limits());
            closer.open(server::stop);
            Listener connector = connector(server, config);
            server.start();
            // first of all: who comes later is refused at once, rather than left waiting for a listener that is deaf
            closer.open(connector::closeListener);
            return new HttpProxy(connector.getLocalPort(), closer);
        } catch (Exception e) {
            throw refusal(config.listen(), e, closer);
        }
    }

    /** The port that it listens on. */
    public int port() {
        return port;
    }

    /** Refuses new requests, lets running ones finish for a bounded time, then cuts them. */
    @Override
    public void close() throws Exception {
        closer.close();
    }

    private static Server server(ExecutorService requests, Handler git, HttpLimits limits) {
        QueuedThreadPool threads = new QueuedThreadPool(PLATFORM_THREADS);
        threads.setName("http");
        threads.setVirtualThreadsExecutor(requests);
        Server server = new Server(threads);
        server.setHandler(new RequestIds(new GracefulHandler(git)));
        server.setErrorHandler(new PlainErrors());
        server.setStopTimeout(limits.stopMax().toMillis());
        return server;
    }

    private static Listener connector(Server server, HttpProxyConfig config) throws StartException {
        HttpConfiguration http = new HttpConfiguration();
        http.setSendServerVersion(false);
        http.setRequestHeaderSize(Math.toIntExact(config.limits().headerMax().bytes()));
        http.setOutputBufferSize(BUFFER_BYTES);
        http.setOutputAggregationSize(BUFFER_BYTES);
        http.setInputBufferSize(BUFFER_BYTES);
        if (config.behindTlsTerminator()) {
            http.addCustomizer(new ForwardedRequestCustomizer());
        }
        List<ConnectionFactory> protocols = new ArrayList<>();
        HttpConnectionFactory plain = new HttpConnectionFactory(http);
        if (config.tls().isPresent()) {
            protocols.add(new SslConnectionFactory(tls(config.tls().get()), plain.getProtocol()));
        }
        protocols.add(plain);
        Listener connector = new Listener(server, protocols.toArray(new ConnectionFactory[0]));
        connector.setHost(config.listen().host());
        connector.setPort(config.listen().port());
        connector.setAcceptQueueSize(ACCEPT_QUEUE);
        connector.setIdleTimeout(config.limits().idleMax().toMillis());
        connector.setShutdownIdleTimeout(config.limits().stopMax().toMillis());
        server.addConnector(connector);
        server.addBean(new NetworkConnectionLimit(config.limits().connectionsMax(), connector));
        return connector;
    }

    private static SslContextFactory.Server tls(HttpProxyConfig.Tls files) throws StartException {
        String password = "memory";
        SslContextFactory.Server tls = new SslContextFactory.Server();
        tls.setKeyStore(new PemIdentity(files.certificate(), files.key()).load(password));
        tls.setKeyStorePassword(password);
        tls.setIncludeProtocols("TLSv1.3", "TLSv1.2");
        return tls;
    }

    private static StartException refusal(HostPort listen, Exception why, Closer closer) {
        Throwable cause = why.getCause() == null ? why : why.getCause();
        StartException refusal = why instanceof StartException known ? known : new StartException("cannot listen on "
            + listen + ": " + cause.getMessage() + "; stop what uses the port or choose another", why);
        try {
            closer.close();
        } catch (Exception e) {
            refusal.addSuppressed(e);
        }
        return refusal;
    }

    /**
     * A connector whose socket closes without an interruption: the platform loses a connection that is accepted while
     * its thread is interrupted, and the client would wait for an answer until the process ends.
     */
    private static final class Listener extends ServerConnector {
        private static final int ACCEPTORS = 1;
        private static final int SELECTORS = -1; // as many as suit the machine
        private final CountDownLatch deaf = new CountDownLatch(ACCEPTORS);

        Listener(Server server, ConnectionFactory... protocols) {
            super(server, ACCEPTORS, SELECTORS, protocols);
        }

        /** Returns when the last accepted connection is in good hands: from then on the thread may be interrupted. */
        void closeListener() throws IOException, InterruptedException {
            socket().close();
            if (!deaf.await(1, TimeUnit.SECONDS)) {
                LOG.warn("a connection that came at the stop may be left without an answer");
            }
        }

        @Override
        public void accept(int acceptor) throws IOException {
            if (!socket().isOpen()) {
                throw new ClosedChannelException();
            }
            super.accept(acceptor);
        }

        @Override
        protected boolean handleAcceptFailure(Throwable why) {
            if (why instanceof ClosedChannelException) {
                deaf.countDown();
                return false;
            }
            return super.handleAcceptFailure(why);
        }

        private Channel socket() {
            return (Channel) getTransport();
        }
    }
}
