package dev.trine.http;

import dev.trine.common.audit.AuditSettings;
import dev.trine.common.config.Default;
import dev.trine.common.config.HostPort;
import dev.trine.common.door.AddressRange;
import dev.trine.common.lifecycle.StartException;
import dev.trine.common.relay.RelaySettings;
import dev.trine.common.rpc.Security;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Settings of the HTTP proxy.
 *
 * @param listen              where clients connect
 * @param router              the shard router's gRPC service
 * @param security            how the services of the cluster know each other
 * @param tls                 certificate for HTTPS; without it the proxy speaks plain HTTP
 * @param behindTlsTerminator whoever connects is a proxy that ended the client's TLS; then plain HTTP may be reachable
 *                            from other machines
 * @param forwardedFrom       addresses, like 10.0.0.0/8, of proxies that note in a header whom they got a request from
 * @param forwardedHeader     the header that they write
 * @param proxyProtocolFrom   addresses, like 10.0.0.0/8, of load balancers that begin each connection with a PROXY
 *                            header, which names the client's own address
 * @param via                 name of this installation in the header Via; a request that bears it has been here before
 * @param routerRecent        for how long after a router's answer the proxy says that it is ready
 * @param limits              what one client, and all of them, may take up
 * @param relay               how long the cluster is waited for
 * @param audit               where it is kept who did what; without a directory it is not
 * @param upstreams           how requests are carried to older Git hosts
 */
public record HttpProxyConfig(HostPort listen, HostPort router, Security security, Optional<Tls> tls,
                              @Default("false") boolean behindTlsTerminator,
                              @Default("[]") List<String> forwardedFrom,
                              @Default("x-forwarded-for") ForwardedHeader forwardedHeader,
                              @Default("[]") List<String> proxyProtocolFrom, @Default("trine") String via,
                              @Default("10s") Duration routerRecent, @Default("{}") HttpLimits limits,
                              @Default("{}") RelaySettings relay, @Default("{}") AuditSettings audit,
                              @Default("{}") UpstreamSettings upstreams) {
    private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9._-]{1,64}");

    public HttpProxyConfig {
        forwardedFrom = List.copyOf(forwardedFrom);
        proxyProtocolFrom = List.copyOf(proxyProtocolFrom);
        forwardedFrom.forEach(AddressRange::parse);
        proxyProtocolFrom.forEach(AddressRange::parse);
        if (routerRecent.toSeconds() < 1) {
            throw new IllegalArgumentException("router-recent is at least 1s");
        }
        if (!TOKEN.matcher(via).matches()) {
            throw new IllegalArgumentException("via has 1 to 64 letters, digits and marks of ._-");
        }
    }

    /**
     * Files in PEM format.
     *
     * @param certificate the certificate, followed by those that lead to a CA
     * @param key         its private key, PKCS #8, not encrypted
     */
    public record Tls(Path certificate, Path key) {
    }

    /** Refuses to let access tokens cross a network in clear text. */
    void checkListen() throws StartException {
        if (tls.isEmpty() && !behindTlsTerminator && !listen.isLoopback()) {
            throw new StartException("listen " + listen + " is reachable from other machines, and without TLS everybody"
                + " on the way could read access tokens: configure tls, or listen on 127.0.0.1, or set"
                + " behind-tls-terminator: true if only a proxy that speaks TLS to the clients can connect");
        }
    }
}
