package dev.trine.ssh;

import dev.trine.common.config.Default;
import dev.trine.common.config.HostPort;
import dev.trine.common.relay.RelaySettings;
import dev.trine.common.rpc.Security;
import java.nio.file.Path;

/**
 * Settings of the SSH proxy.
 *
 * @param listen   where clients connect
 * @param router   the shard router's gRPC service
 * @param security how the services of the cluster know each other
 * @param hostKeys directory of the host keys, which are made at the first start; proxies behind one name share them
 * @param limits   what one client, and all of them, may take up
 * @param relay    how long the cluster is waited for
 */
public record SshProxyConfig(HostPort listen, HostPort router, Security security, Path hostKeys,
                             @Default("{}") SshLimits limits, @Default("{}") RelaySettings relay) {
}
