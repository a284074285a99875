package dev.trine.deploy.local;

import java.nio.file.Path;

/**
 * What the front process of a local cluster runs: each service with the configuration file with which it is also
 * started singly.
 *
 * @param shardRouter file of the shard router
 * @param httpProxy   file of the HTTP proxy
 * @param sshProxy    file of the SSH proxy
 */
record FrontConfig(Path shardRouter, Path httpProxy, Path sshProxy) {
}
