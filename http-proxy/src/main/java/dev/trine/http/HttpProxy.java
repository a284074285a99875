package dev.trine.http;

import dev.trine.common.audit.Audit;
import dev.trine.common.audit.AuditLog;
import dev.trine.common.audit.ThinnedAudit;
import dev.trine.common.bulk.BulkConnections;
import dev.trine.common.config.HostPort;
import dev.trine.common.lifecycle.Closer;
import dev.trine.common.lifecycle.StartException;
import dev.trine.common.live.LiveState;
import dev.trine.common.relay.ContentRelay;
import dev.trine.common.relay.GitRelay;
import dev.trine.common.relay.LivePoll;
import dev.trine.common.relay.RouterClient;
import dev.trine.common.rpc.RpcChannels;
import java.io.IOException;
import java.nio.channels.Channel;
import java.nio.channels.ClosedChannelException;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.GracefulHandler;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A running HTTP proxy. */
public final class HttpProxy implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(HttpProxy.class);
    private static final int PLATFORM_THREADS = 64;
    private static final int ACCEPT_QUEUE = 512;
    private static final Duration ENDING_MAX = Duration.ofSeconds(5);

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
            Audit audit = new ThinnedAudit(closer.open(AuditLog.open(config.audit(), "http-proxy", Clock.systemUTC())),
                System::nanoTime);
            RpcChannels channels =
                closer.open(new RpcChannels(config.security(), Optional.of(config.relay().window())));
            BulkConnections bulk = new BulkConnections(config.security());
            RouterClient router = new RouterClient(channels.to(config.router()), config.relay().routerAnswerMax());
            GitRelay relay = new GitRelay(router, channels, bulk, config.relay(), audit);
            LiveState live = new LiveState();
            closer.open(LivePoll.start(router, live));
            UpstreamDoor upstreams = closer.open(UpstreamDoor.open(config.upstreams(), config.via()));
            ExecutorService requests = Executors.newVirtualThreadPerTaskExecutor();
            closer.open(() -> end(requests));
            Readiness readiness = new Readiness(router::answers, config.routerRecent(), System::nanoTime);
            SignIns signIns = new SignIns(audit);
            Identification identification = new Identification(router, signIns, config.limits().formFor());
            ContentHandler contents = new ContentHandler(identification,
                new ContentRelay(router, channels, config.relay(), audit));
            Handler git = new GitHandler(identification, relay, contents, upstreams, signIns, config.limits(), live);
            HeaderDeadline handlers = handlers(config, readiness,
                new RequestLimit(config.limits(), signIns, live, new GracefulHandler(git)));
            Server server = server(requests, handlers, config.limits());
            closer.open(() -> stop(server));
            Optional<TlsFiles> tls = Optional.empty();
            if (config.tls().isPresent()) {
                tls = Optional.of(closer.open(TlsFiles.watch(config.tls().get())));
            }
            Listener connector = connector(server, config, tls);
            connector.addEventListener(handlers);
            server.start();
            // first of all: who comes later is refused at once, rather than left waiting for a listener that is deaf
            closer.open(connector::closeListener);
            closer.open(() -> announce(readiness, config.limits().stopNotice()));
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

    /** From the outside in. */
    private static HeaderDeadline handlers(HttpProxyConfig config, Readiness readiness, RequestLimit admitted) {
        Handler known = new StatusPages(readiness, Release.own(), new LoopGuard(config.via(), admitted));
        return new HeaderDeadline(config.limits().headerFor(), new RequestIds(known));
    }

    private static Server server(ExecutorService requests, Handler handlers, HttpLimits limits) {
        QueuedThreadPool threads = new QueuedThreadPool(PLATFORM_THREADS);
        threads.setName("http");
        threads.setVirtualThreadsExecutor(requests);
        Server server = new Server(threads);
        server.setHandler(handlers);
        server.setErrorHandler(new PlainErrors(limits.headerMax()));
        server.setStopTimeout(limits.stopMax().toMillis());
        return server;
    }

    private static Listener connector(Server server, HttpProxyConfig config, Optional<TlsFiles> tls) {
        Listener connector = new Listener(server, Protocols.of(config, tls));
        connector.setHost(config.listen().host());
        connector.setPort(config.listen().port());
        connector.setAcceptQueueSize(ACCEPT_QUEUE);
        connector.setIdleTimeout(config.limits().idleMax().toMillis());
        connector.setShutdownIdleTimeout(config.limits().stopMax().toMillis());
        server.addConnector(connector);
        server.addBean(new NetworkConnectionLimit(config.limits().connectionsMax(), connector));
        return connector;
    }

    /** Lets load balancers see that others are to be used, while who comes all the same is still served. */
    private static void announce(Readiness readiness, Duration notice) throws InterruptedException {
        readiness.stop();
        Thread.sleep(notice);
    }

    /** Requests that were cut tell the audit, which is closed later. */
    /** Jetty fails if requests still run when their time is over, though it has stopped, and they are cut next. */
    private static void stop(Server server) throws Exception {
        try {
            server.stop();
        } catch (TimeoutException e) {
            if (e.getSuppressed().length > 0) {
                throw e;
            }
            LOG.info("requests still ran at the end of limits.stop-max, and are cut");
        }
    }

    private static void end(ExecutorService requests) throws InterruptedException {
        requests.shutdownNow();
        if (!requests.awaitTermination(ENDING_MAX.toMillis(), TimeUnit.MILLISECONDS)) {
            LOG.warn("requests that were cut have not ended; the audit may lack them");
        }
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
