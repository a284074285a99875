package dev.trine.deploy.chaos;

import dev.trine.deploy.bench.SshCommand;
import dev.trine.deploy.chaos.Operation.Door;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;

/**
 * How clients reach the cluster over its two doors.
 *
 * @param http       port of the HTTP proxy
 * @param ssh        port of the SSH proxy
 * @param token      access token, for HTTP
 * @param key        private key, for SSH
 * @param knownHosts file for the host keys met
 */
record Access(int http, int ssh, String token, Path key, Path knownHosts) {
    static Access to(Cluster cluster) {
        return new Access(cluster.plan().http(), cluster.plan().ssh(), cluster.token(), cluster.directory().sshKey(),
            cluster.directory().knownHosts());
    }

    String url(Door door, String repository) {
        return (door == Door.HTTP ? "http://127.0.0.1:" + http : "ssh://git@127.0.0.1:" + ssh)
            + "/" + repository + ".git";
    }

    Map<String, String> environment() {
        return Map.of("GIT_CONFIG_COUNT", "1", "GIT_CONFIG_KEY_0", "http.extraHeader",
            "GIT_CONFIG_VALUE_0", "Authorization: Bearer " + token,
            "GIT_SSH_COMMAND", SshCommand.with(key, knownHosts, Set.of("ConnectTimeout=10")));
    }
}
