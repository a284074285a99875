package dev.trine.common.bulk;

import com.google.protobuf.ByteString;
import dev.trine.common.config.HostPort;
import dev.trine.common.lifecycle.StartException;
import dev.trine.common.rpc.Security;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where front doors connect to fetch large answers. A connection is led to the transfer whose token it shows, within
 * seconds; any other is cut. Called by many threads.
 */
public final class BulkListener implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(BulkListener.class);
    private static final int WAITING_MAX = 512;
    /** Connections that have not yet shown a token: with TLS each costs a handshake. */
    private static final int STRANGERS_MAX = 256;
    private static final Duration TOKEN_MAX = Duration.ofSeconds(5);
    private static final Duration PAUSE = Duration.ofMillis(100);

    private final ServerSocket socket;
    private final BulkSockets sockets;
    private final Optional<HostPort> address;
    private final Duration tokenMax;
    private final Map<BulkToken, BulkTransfer> offered = new ConcurrentHashMap<>();
    private final Semaphore strangers = new Semaphore(STRANGERS_MAX);
    private final RandomGenerator random = new SecureRandom();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final ScheduledThreadPoolExecutor watch = new ScheduledThreadPoolExecutor(1,
        Thread.ofPlatform().daemon().name("bulk-watch").factory());

    private BulkListener(ServerSocket socket, BulkSockets sockets, Optional<HostPort> address, Duration tokenMax) {
        this.socket = socket;
        this.sockets = sockets;
        this.address = address;
        this.tokenMax = tokenMax;
        watch.setRemoveOnCancelPolicy(true);
    }

    /**
     * Starts to listen.
     *
     * @param service  where the node's gRPC service listens
     * @param security how the node and the front doors know each other
     * @throws StartException if the address cannot be bound, or would expose the bytes in clear text
     */
    public static BulkListener start(HostPort service, BulkSettings settings, Security security)
        throws StartException {
        return start(service, settings, security, TOKEN_MAX);
    }

    static BulkListener start(HostPort service, BulkSettings settings, Security security, Duration tokenMax)
        throws StartException {
        HostPort listen = settings.listen().orElse(new HostPort(service.host(), 0));
        security.checkListen(listen);
        BulkSockets sockets = new BulkSockets(security);
        try {
            ServerSocket socket = bound(listen);
            BulkListener listener = new BulkListener(socket, sockets, settings.address(), tokenMax);
            listener.threads.execute(listener::accept);
            return listener;
        } catch (IOException e) {
            throw new StartException("cannot listen on " + listen + " for bulk bytes: " + e.getMessage()
                + "; stop what uses the port or choose another", e);
        }
    }

    private static ServerSocket bound(HostPort listen) throws IOException {
        ServerSocket socket = new ServerSocket();
        try {
            socket.bind(listen.address(), WAITING_MAX);
            return socket;
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    /** The port that it listens on. */
    public int port() {
        return socket.getLocalPort();
    }

    /** The host that front doors are to be told; empty: the one that they know the node by. */
    public String offeredHost() {
        return address.map(HostPort::host).orElse("");
    }

    /** The port that they are to be told. */
    public int offeredPort() {
        return address.map(HostPort::port).orElse(port());
    }

    /**
     * Offers the bytes of one answer; the caller closes the transfer.
     *
     * @param idleMax longest wait for the front door to take something
     */
    public BulkTransfer offer(Duration idleMax) {
        BulkToken token = BulkToken.random(random);
        BulkTransfer transfer = new BulkTransfer(token, idleMax, watch, () -> offered.remove(token));
        offered.put(token, transfer);
        return transfer;
    }

    /** Takes no more connections; those that there are end with their answers. */
    @Override
    public void close() throws IOException {
        socket.close();
        offered.values().forEach(BulkTransfer::close);
        threads.shutdownNow();
        watch.shutdownNow();
    }

    private void accept() {
        while (!socket.isClosed()) {
            try {
                Socket connection = socket.accept();
                if (strangers.tryAcquire()) {
                    threads.execute(() -> welcome(connection));
                } else {
                    connection.close();
                }
            } catch (IOException e) {
                if (!socket.isClosed()) {
                    LOG.atWarn().setCause(e).log("a bulk connection could not be accepted");
                    LockSupport.parkNanos(PAUSE.toNanos()); // too many open files, perhaps: that lasts
                }
            }
        }
    }

    private void welcome(Socket raw) {
        try {
            // each read waits for so long, but a stranger may send byte by byte
            Future<?> cut = watch.schedule(new BulkSocket(raw, raw)::cut, tokenMax.toNanos(), TimeUnit.NANOSECONDS);
            try {
                lead(raw, cut);
            } finally {
                cut.cancel(false);
            }
        } catch (IOException | RejectedExecutionException e) {
            LOG.atDebug().addKeyValue("from", raw.getRemoteSocketAddress()).addKeyValue("why", e.getMessage())
                .log("a bulk connection came to nothing");
            new BulkSocket(raw, raw).cut();
        } finally {
            strangers.release();
        }
    }

    private void lead(Socket raw, Future<?> cut) throws IOException {
        raw.setSendBufferSize(BulkFrame.SOCKET_BUFFER_BYTES);
        BulkSocket connection = sockets.accepted(raw, tokenMax);
        byte[] shown = connection.in().readNBytes(BulkToken.BYTES);
        if (!cut.cancel(false)) {
            throw new SocketTimeoutException("no token within " + tokenMax);
        }
        BulkTransfer transfer = shown.length < BulkToken.BYTES ? null
            : offered.remove(new BulkToken(ByteString.copyFrom(shown)));
        if (transfer == null) {
            connection.cut();
        } else {
            transfer.connected(connection);
        }
    }
}
