package dev.trine.inspector.admin;

import dev.trine.common.config.Secret;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Where a cluster is and how to sign in to it: what {@code trine up} writes to {@code .trine/client.yaml}.
 *
 * @param http      base URL of the HTTP proxy, for people and their Git; the commands do not need it
 * @param ssh       base URL of the SSH proxy, likewise
 * @param api       URL of the router's API: "http://host:port", or "https://host:port" for TLS
 * @param token     access token of the user whom the commands act for
 * @param authority file with the certificates, in PEM, of the CA that vouches for the API, relative to the cluster
 *                  file; without it the CAs that Java knows
 */
record ClusterFile(Optional<String> http, Optional<String> ssh, String api, @Secret String token,
                   Optional<Path> authority) {
}
