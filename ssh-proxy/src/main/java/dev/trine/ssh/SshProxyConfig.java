package dev.trine.ssh;

import dev.trine.common.audit.AuditSettings;
import dev.trine.common.config.Default;
import dev.trine.common.config.HostPort;
import dev.trine.common.door.AddressRange;
import dev.trine.common.relay.RelaySettings;
import dev.trine.common.rpc.Security;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Settings of the SSH proxy.
 *
 * @param listen            where clients connect
 * @param router            the shard router's gRPC service
 * @param security          how the services of the cluster know each other
 * @param hostKeys          directory of the host keys, which are made at the first start; proxies behind one name share
 *                          them
 * @param keys              which keys may sign in
 * @param certificates      which user certificates sign in
 * @param proxyProtocolFrom addresses, like 10.0.0.0/8, of load balancers that begin each connection with a PROXY
 *                          header, which names the client's own address
 * @param noticeFile        file with what everybody is told who comes; read again when it changes
 * @param httpUrl           of the cluster's HTTP proxies, for people: what an upstream serves is served there only
 * @param limits            what one client, and all of them, may take up
 * @param relay             how long the cluster is waited for
 * @param audit             where it is kept who did what; without a directory it is not
 */
public record SshProxyConfig(HostPort listen, HostPort router, Security security, Path hostKeys,
                             @Default("{}") KeyRules keys, @Default("{}") CertificateSettings certificates,
                             @Default("[]") List<String> proxyProtocolFrom, Optional<Path> noticeFile,
                             Optional<URI> httpUrl, @Default("{}") SshLimits limits,
                             @Default("{}") RelaySettings relay, @Default("{}") AuditSettings audit) {
    public SshProxyConfig {
        proxyProtocolFrom = List.copyOf(proxyProtocolFrom);
        proxyProtocolFrom.forEach(AddressRange::parse);
    }
}
