package dev.trine.http;

import dev.trine.common.audit.AuditSettings;
import dev.trine.common.config.Default;
import dev.trine.common.config.HostPort;
import dev.trine.common.lifecycle.StartException;
import dev.trine.common.relay.RelaySettings;
import dev.trine.common.rpc.Security;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Settings of the HTTP proxy.
 *
 * @param listen              where clients connect
 * @param router              the shard router's gRPC service
 * @param security            how the services of the cluster know each other
 * @param tls                 certificate for HTTPS; without it the proxy speaks plain HTTP
 * @param behindTlsTerminator whoever connects is a proxy that ended the client's TLS, and says who the client is in the
 *                            header Forwarded or X-Forwarded-For; then plain HTTP may be reachable from other machines
 * @param limits              what one client, and all of them, may take up
 * @param relay               how long the cluster is waited for
 * @param audit               where it is kept who did what; without a directory it is not
 */
public record HttpProxyConfig(HostPort listen, HostPort router, Security security, Optional<Tls> tls,
                              @Default("false") boolean behindTlsTerminator, @Default("{}") HttpLimits limits,
                              @Default("{}") RelaySettings relay, @Default("{}") AuditSettings audit) {
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
