package dev.trine.deploy.local;

import dev.trine.common.config.ConfigException;
import dev.trine.common.config.ConfigFile;
import dev.trine.inspector.cli.CommandFailure;
import java.nio.file.Files;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The loopback ports of a local cluster.
 *
 * @param http HTTP proxy
 * @param ssh  SSH proxy
 * @param api  router's API
 * @param n1   first git server
 * @param n2   second
 * @param n3   third
 */
record Ports(int http, int ssh, int api, int n1, int n2, int n3) {
    private static final int HTTP_DEFAULT = 8080;
    private static final int SSH_DEFAULT = 2222;
    private static final int API_DEFAULT = 9090;

    /**
     * What the user asked for: a port, 0 for any free one, or nothing: then what the cluster had last time, and at
     * first the default.
     */
    record Wishes(Optional<Integer> http, Optional<Integer> ssh, Optional<Integer> api) {
    }

    /**
     * Chooses ports that are free now; changes nothing.
     *
     * @throws CommandFailure if one that was asked for is in use
     */
    static Ports choose(Wishes wishes, Optional<Ports> before) {
        Iterator<Integer> free = LoopbackPort.free(6).iterator();
        int http = pick("http", wishes.http(), before.map(Ports::http).orElse(HTTP_DEFAULT), free);
        int ssh = pick("ssh", wishes.ssh(), before.map(Ports::ssh).orElse(SSH_DEFAULT), free);
        int api = pick("api", wishes.api(), before.map(Ports::api).orElse(API_DEFAULT), free);
        if (Stream.of(http, ssh, api).distinct().count() < 3) {
            throw new CommandFailure("--http-port, --ssh-port and --api-port must be three different ports");
        }
        return new Ports(http, ssh, api, keep(before.map(Ports::n1), free), keep(before.map(Ports::n2), free),
            keep(before.map(Ports::n3), free));
    }

    private static int pick(String what, Optional<Integer> wish, int otherwise, Iterator<Integer> free) {
        int port = wish.orElse(otherwise);
        if (port == 0) {
            return free.next();
        }
        if (port < 0 || port > 65535) {
            throw new CommandFailure("--" + what + "-port " + port + " is not a port: choose 1 to 65535, or 0 for any");
        }
        if (!LoopbackPort.isFree(port)) {
            throw new CommandFailure("port " + port + " is in use: stop what listens there, or choose another with --"
                + what + "-port (0: any free one)");
        }
        return port;
    }

    /** Nobody knows the git servers' ports but the cluster itself: one that is taken is simply replaced. */
    private static int keep(Optional<Integer> before, Iterator<Integer> free) {
        return before.filter(LoopbackPort::isFree).orElseGet(free::next);
    }

    /** The ports of last time. */
    static Optional<Ports> load(ClusterDirectory directory) {
        if (!Files.isRegularFile(directory.ports())) {
            return Optional.empty();
        }
        try {
            return Optional.of(ConfigFile.load(directory.ports(), Ports.class));
        } catch (ConfigException e) {
            throw new CommandFailure(e.getMessage() + " (remove the file to choose new ports)", e);
        }
    }

    void save(ClusterDirectory directory) {
        Map<String, Integer> keys = new LinkedHashMap<>();
        keys.put("http", http);
        keys.put("ssh", ssh);
        keys.put("api", api);
        keys.put("n1", n1);
        keys.put("n2", n2);
        keys.put("n3", n3);
        YamlFile.set(directory.ports(), keys, "Ports of this cluster, kept for the next 'trine up'.");
    }

    /** The port of a git server. */
    int of(ClusterProcess node) {
        return switch (node) {
            case N1 -> n1;
            case N2 -> n2;
            case N3 -> n3;
            case FRONT -> throw new IllegalArgumentException("the front process has several ports");
        };
    }
}
