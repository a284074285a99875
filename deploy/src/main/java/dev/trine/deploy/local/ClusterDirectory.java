package dev.trine.deploy.local;

import dev.trine.inspector.cli.CommandFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where a local cluster keeps everything:
 * <pre>
 *   format              version of this layout
 *   ports.yaml          the ports that it was given first, kept for the next time
 *   cluster.secret      what its services know each other by
 *   admin.token         access token of the user admin
 *   client.yaml         what commands need to reach it
 *   git.config          what git needs: the token's place, the SSH key, the host key
 *   id_ed25519[.pub]    an SSH key of the user admin
 *   known_hosts         the SSH proxy's host key
 *   conf/NAME.yaml      configuration of each service
 *   data/NAME/          what a service keeps
 *   run/NAME.pid        a running process; run/NAME.start, when it started; run/lock, a command at work
 *   log/NAME.log        what a process wrote
 *   example/            a small repository to push
 * </pre>
 */
record ClusterDirectory(Path root) {
    /** Takes a directory that may not exist yet; its path becomes absolute. */
    static ClusterDirectory at(Path root) {
        return new ClusterDirectory(root.toAbsolutePath().normalize());
    }

    Path format() {
        return root.resolve("format");
    }

    Path ports() {
        return root.resolve("ports.yaml");
    }

    Path secret() {
        return root.resolve("cluster.secret");
    }

    Path adminToken() {
        return root.resolve("admin.token");
    }

    Path client() {
        return root.resolve("client.yaml");
    }

    Path gitCredentials() {
        return root.resolve("git-credentials");
    }

    Path gitConfig() {
        return root.resolve("git.config");
    }

    Path sshKey() {
        return root.resolve("id_ed25519");
    }

    Path sshPublicKey() {
        return root.resolve("id_ed25519.pub");
    }

    Path knownHosts() {
        return root.resolve("known_hosts");
    }

    Path example() {
        return root.resolve("example");
    }

    Path conf(String service) {
        return root.resolve("conf").resolve(service + ".yaml");
    }

    Path data(String service) {
        return root.resolve("data").resolve(service);
    }

    /** The SSH proxy's host keys. */
    Path hostKeys() {
        return data("ssh-proxy");
    }

    Path run() {
        return root.resolve("run");
    }

    Path log(String process) {
        return root.resolve("log").resolve(process + ".log");
    }

    /** The directory as an existing cluster's; fails with a sentence if there is none. */
    ClusterDirectory existing() {
        if (!Files.isRegularFile(format())) {
            throw new CommandFailure("there is no local cluster in " + root
                + ": start one with 'trine up', or name its directory with --data");
        }
        DirectoryFormat.check(this);
        return real();
    }

    /** The same directory under its one true name, so that processes can be told by it. */
    ClusterDirectory real() {
        try {
            return new ClusterDirectory(root.toRealPath());
        } catch (IOException e) {
            throw new CommandFailure("cannot use the directory " + root + ": " + e.getMessage(), e);
        }
    }
}
