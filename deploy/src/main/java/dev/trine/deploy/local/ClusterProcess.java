package dev.trine.deploy.local;

import dev.trine.inspector.cli.CommandFailure;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** A process of a local cluster. */
enum ClusterProcess {
    /** Git server in zone z1. */
    N1,
    /** Git server in zone z2. */
    N2,
    /** Git server in zone z3. */
    N3,
    /** Shard router, HTTP proxy and SSH proxy, which keep nothing that cannot be replaced. */
    FRONT;

    /** The git servers. */
    static final List<ClusterProcess> NODES = List.of(N1, N2, N3);
    private static final Set<String> IN_FRONT = Set.of("shard-router", "http-proxy", "ssh-proxy");

    /** Its name, as in the names of its files. */
    String id() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The failure zone that a git server plays to stand in. */
    String zone() {
        return "z" + (ordinal() + 1);
    }

    /** The launcher's command that is this process. */
    String command() {
        return this == FRONT ? "front" : "git-server";
    }

    /** Finds a process by its name. */
    static ClusterProcess named(String name) {
        if (IN_FRONT.contains(name)) {
            throw new CommandFailure(name + " is a part of the process front: name that");
        }
        return Arrays.stream(values()).filter(process -> process.id().equals(name)).findFirst().orElseThrow(
            () -> new CommandFailure("there is no process '" + name + "', there are "
                + Arrays.stream(values()).map(ClusterProcess::id).collect(Collectors.joining(", "))));
    }
}
