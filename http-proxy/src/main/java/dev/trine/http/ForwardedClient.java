package dev.trine.http;

import dev.trine.common.door.AddressRange;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.List;
import java.util.Optional;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.server.ConnectionMetaData;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.Request;

/**
 * Takes the client's address from the header that trusted proxies write; from others none is read.
 *
 * @param from   the proxies
 * @param header the one that they write
 */
record ForwardedClient(List<AddressRange> from, ForwardedHeader header) implements HttpConfiguration.Customizer {
    ForwardedClient {
        from = List.copyOf(from);
    }

    @Override
    public Request customize(Request request, HttpFields.Mutable responseHeaders) {
        ConnectionMetaData connection = request.getConnectionMetaData();
        if (AddressRange.of(connection.getRemoteSocketAddress())
            .filter(peer -> AddressRange.anyContains(from, peer)).isEmpty()) {
            return request;
        }
        Optional<InetAddress> client = header.client(request.getHeaders().getValuesList(header.text()), from);
        return client.<Request>map(address -> new Forwarded(request, new InetSocketAddress(address, 0)))
            .orElse(request);
    }

    private static final class Forwarded extends Request.Wrapper {
        private final ConnectionMetaData connection;

        Forwarded(Request request, SocketAddress client) {
            super(request);
            connection = new ConnectionMetaData.Wrapper(request.getConnectionMetaData()) {
                @Override
                public SocketAddress getRemoteSocketAddress() {
                    return client;
                }
            };
        }

        @Override
        public ConnectionMetaData getConnectionMetaData() {
            return connection;
        }
    }
}
