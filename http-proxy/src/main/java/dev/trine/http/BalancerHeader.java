package dev.trine.http;

import dev.trine.common.door.AddressRange;
import java.nio.ByteBuffer;
import java.util.List;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.ProxyConnectionFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes the client's address from the PROXY header that trusted load balancers send, which must be there; from others
 * none is read.
 */
final class BalancerHeader extends ProxyConnectionFactory {
    private static final Logger LOG = LoggerFactory.getLogger(BalancerHeader.class);

    private final List<AddressRange> from;

    /**
     * The first protocol of a connector.
     *
     * @param from the load balancers
     * @param next the protocol that comes after the header
     */
    BalancerHeader(List<AddressRange> from, String next) {
        super(next);
        this.from = List.copyOf(from);
    }

    @Override
    public Connection newConnection(Connector connector, EndPoint end) {
        boolean trusted = AddressRange.of(end.getRemoteSocketAddress())
            .filter(peer -> AddressRange.anyContains(from, peer)).isPresent();
        return trusted ? super.newConnection(connector, end)
            : connector.getConnectionFactory(findNextProtocol(connector)).newConnection(connector, end);
    }

    /** What begins otherwise is no load balancer that was set up as this proxy was told. */
    @Override
    protected void nextProtocol(Connector connector, EndPoint end, ByteBuffer received) {
        LOG.atWarn().addKeyValue("from", end.getRemoteSocketAddress())
            .log("a connection is refused: it does not begin with a PROXY header (proxy-protocol-from)");
        end.close();
    }
}
