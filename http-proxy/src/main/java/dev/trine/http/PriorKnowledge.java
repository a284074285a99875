package dev.trine.http;

import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.MetaData;
import org.eclipse.jetty.http2.server.HTTP2CServerConnectionFactory;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.HttpConfiguration;
import org.jspecify.annotations.Nullable;

/**
 * HTTP/2 without TLS, for clients that begin with it. Nobody is upgraded to it from HTTP/1.1: RFC 9113 has dropped
 * that, and behind a proxy that passes the request for it on, it would be a way past that proxy's rules.
 */
final class PriorKnowledge extends HTTP2CServerConnectionFactory {
    PriorKnowledge(HttpConfiguration http) {
        super(http);
    }

    @Override
    public @Nullable Connection upgradeConnection(Connector connector, EndPoint end, MetaData.Request request,
                                                  HttpFields.Mutable answer) {
        // the library takes the preface of HTTP/2, "PRI * HTTP/2.0", for a request to be upgraded, too
        return HttpMethod.PRI.is(request.getMethod()) ? super.upgradeConnection(connector, end, request, answer) : null;
    }
}
