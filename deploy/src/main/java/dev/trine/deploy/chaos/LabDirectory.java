package dev.trine.deploy.chaos;

import java.nio.file.Path;

/**
 * Where a run keeps everything: the services' files as a cluster of {@code trine up} has them, and the clients'.
 *
 * @param root an own, empty directory
 */
record LabDirectory(Path root) {
    Path secret() {
        return root.resolve("cluster.secret");
    }

    Path adminToken() {
        return root.resolve("admin.token");
    }

    Path sshKey() {
        return root.resolve("id_ed25519");
    }

    Path knownHosts() {
        return root.resolve("known_hosts");
    }

    Path conf(String service) {
        return root.resolve("conf").resolve(service + ".yaml");
    }

    Path data(String service) {
        return root.resolve("data").resolve(service);
    }

    Path log(String service) {
        return root.resolve("log").resolve(service + ".log");
    }

    /** Home directories and repositories of the clients. */
    Path clients() {
        return root.resolve("clients");
    }

    /** What is left of checks, to look at. */
    Path checks() {
        return root.resolve("checks");
    }
}
