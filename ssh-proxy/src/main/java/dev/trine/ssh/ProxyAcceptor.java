package dev.trine.ssh;

import dev.trine.common.door.AddressRange;
import java.io.IOException;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;
import org.apache.sshd.common.util.buffer.Buffer;
import org.apache.sshd.server.session.AbstractServerSession;
import org.apache.sshd.server.session.ServerProxyAcceptor;
import org.apache.sshd.server.session.ServerSession;

/**
 * Takes the client's address from the PROXY header that trusted load balancers send, which must be there; from others
 * none is read.
 *
 * @param from the load balancers
 */
record ProxyAcceptor(List<AddressRange> from) implements ServerProxyAcceptor {
    ProxyAcceptor {
        from = List.copyOf(from);
    }

    /** Whether what connects from there is a load balancer. */
    boolean trusts(InetAddress peer) {
        return AddressRange.anyContains(from, peer);
    }

    @Override
    public boolean acceptServerProxyMetadata(ServerSession session, Buffer buffer) throws IOException {
        if (AddressRange.of(session.getRemoteAddress()).filter(this::trusts).isEmpty()) {
            return true;
        }
        int available = Math.min(buffer.available(), ProxyHeader.BYTES_MAX);
        byte[] received = Arrays.copyOfRange(buffer.array(), buffer.rpos(), buffer.rpos() + available);
        return switch (ProxyHeader.parse(received)) {
            case ProxyHeader.Incomplete incomplete -> false;
            case ProxyHeader.Malformed malformed -> throw new IOException("a connection from "
                + session.getRemoteAddress() + " is refused: " + malformed.why());
            case ProxyHeader.Whole whole -> {
                whole.address().ifPresent(((AbstractServerSession) session)::setClientAddress);
                buffer.rpos(buffer.rpos() + whole.bytes());
                yield true;
            }
        };
    }
}
