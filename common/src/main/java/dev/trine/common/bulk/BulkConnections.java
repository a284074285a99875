package dev.trine.common.bulk;

import dev.trine.common.config.HostPort;
import dev.trine.common.lifecycle.StartException;
import dev.trine.common.rpc.Security;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Connects to nodes for bulk bytes. A node whose bulk port could not be reached is not asked for them for a while: each
 * try holds an answer up. Called by many threads.
 */
public final class BulkConnections {
    private static final Logger LOG = LoggerFactory.getLogger(BulkConnections.class);
    private static final Duration CONNECT_MAX = Duration.ofSeconds(2);
    private static final Duration AVOID = Duration.ofMinutes(1);

    private final BulkSockets sockets;
    private final Duration connectMax;
    private final Map<HostPort, Long> failedAtNanos = new ConcurrentHashMap<>();

    /**
     * Connects nowhere yet.
     *
     * @throws StartException if the TLS files cannot be read
     */
    public BulkConnections(Security security) throws StartException {
        this(security, CONNECT_MAX);
    }

    /** The same, with the longest wait for a connection. */
    BulkConnections(Security security, Duration connectMax) throws StartException {
        this.connectMax = connectMax;
        sockets = new BulkSockets(security);
    }

    /** Whether a node, named by the address of its gRPC service, should offer bulk bytes. */
    public boolean mayTake(HostPort node) {
        Long failed = failedAtNanos.get(node);
        return failed == null || System.nanoTime() - failed > AVOID.toNanos();
    }

    /**
     * Connects, and shows the token; whether that is good, the node says in the call. Empty: it cannot be reached.
     *
     * @param node the node, named by the address of its gRPC service
     * @param bulk where to connect
     */
    public Optional<BulkReceiver> connect(HostPort node, HostPort bulk, BulkToken token) {
        try {
            BulkSocket connection = sockets.connect(bulk, connectMax);
            try {
                connection.out().write(token.value().toByteArray());
            } catch (IOException e) {
                connection.cut();
                throw e;
            }
            failedAtNanos.remove(node);
            return Optional.of(new BulkReceiver(connection));
        } catch (IOException e) {
            if (failedAtNanos.put(node, System.nanoTime()) == null) {
                LOG.atWarn().addKeyValue("node", node).addKeyValue("bulk", bulk).addKeyValue("why", e.toString())
                    .log("the node's bulk port cannot be reached; its answers come over gRPC");
            }
            return Optional.empty();
        }
    }
}
