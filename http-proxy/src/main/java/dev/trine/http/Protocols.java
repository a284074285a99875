package dev.trine.http;

import dev.trine.common.door.AddressRange;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.eclipse.jetty.alpn.server.ALPNServerConnectionFactory;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.http2.server.AbstractHTTP2ServerConnectionFactory;
import org.eclipse.jetty.http2.server.HTTP2ServerConnectionFactory;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.SslConnectionFactory;

/**
 * What may be spoken on a connection, from the outside in: the PROXY header, TLS with its choice of protocol, HTTP/2,
 * and HTTP/1.1. Without TLS, who wants HTTP/2 begins with it.
 */
final class Protocols {
    private static final int BUFFER_BYTES = 64 * 1024;

    private Protocols() {
    }

    /** All of them; the first is what a connection begins with. */
    static ConnectionFactory[] of(HttpProxyConfig config, Optional<TlsFiles> tls) {
        HttpConfiguration http = http(config);
        HttpConnectionFactory one = new HttpConnectionFactory(http);
        List<ConnectionFactory> protocols = new ArrayList<>();
        if (tls.isPresent()) {
            ALPNServerConnectionFactory choice = new ALPNServerConnectionFactory();
            choice.setDefaultProtocol(one.getProtocol());
            protocols.add(new SslConnectionFactory(tls.get().context(), choice.getProtocol()));
            protocols.add(choice);
            protocols.add(bounded(new HTTP2ServerConnectionFactory(http), config.limits()));
            protocols.add(one);
        } else {
            protocols.add(one);
            protocols.add(bounded(new PriorKnowledge(http), config.limits()));
        }
        if (!config.proxyProtocolFrom().isEmpty()) {
            protocols.addFirst(new BalancerHeader(ranges(config.proxyProtocolFrom()),
                protocols.getFirst().getProtocol()));
        }
        return protocols.toArray(ConnectionFactory[]::new);
    }

    private static HttpConfiguration http(HttpProxyConfig config) {
        HttpConfiguration http = new HttpConfiguration();
        http.setSendServerVersion(false);
        // a file's name may contain a percent sign; nothing here decodes a path twice
        http.setUriCompliance(UriCompliance.DEFAULT.with("percent signs",
            UriCompliance.Violation.AMBIGUOUS_PATH_ENCODING));
        http.setRequestHeaderSize(Math.toIntExact(config.limits().headerMax().bytes()));
        http.setOutputBufferSize(BUFFER_BYTES);
        http.setOutputAggregationSize(BUFFER_BYTES);
        http.setInputBufferSize(BUFFER_BYTES);
        if (!config.forwardedFrom().isEmpty()) {
            http.addCustomizer(new ForwardedClient(ranges(config.forwardedFrom()), config.forwardedHeader()));
        }
        return http;
    }

    private static AbstractHTTP2ServerConnectionFactory bounded(AbstractHTTP2ServerConnectionFactory two,
                                                                HttpLimits limits) {
        two.setMaxConcurrentStreams(limits.streamsMax());
        return two;
    }

    private static List<AddressRange> ranges(List<String> texts) {
        return texts.stream().map(AddressRange::parse).toList();
    }
}
