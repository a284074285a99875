package dev.trine.deploy.chaos;

import dev.trine.deploy.local.LoopbackPort;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which processes a cluster has, and on which ports.
 *
 * @param nodes        ports of the git servers, by name
 * @param routers      ports of the shard routers, by name
 * @param http         port of the HTTP proxy
 * @param ssh          port of the SSH proxy
 * @param databasePort port of MariaDB; none: the router's embedded database
 */
record ClusterPlan(Map<String, Integer> nodes, Map<String, Integer> routers, int http, int ssh,
                   Optional<Integer> databasePort) {
    static final String ROUTER_1 = "router1";
    static final String ROUTER_2 = "router2";
    static final String HTTP = "http";
    static final String SSH = "ssh";
    static final String MARIADB = "mariadb";
    private static final int SHARD_NODES = 3;
    private static final int NODE_HEAP_MEBIBYTES = 320;
    private static final int FRONT_HEAP_MEBIBYTES = 128;

    /** How a service is started. */
    record Service(String command, int port, long heapMebibytes) {
    }

    /** Three nodes or more; with MariaDB two routers, else one, because only one can use the embedded database. */
    static ClusterPlan of(int nodeCount, boolean mariaDb) {
        Iterator<Integer> free = LoopbackPort.free(nodeCount + 5).iterator();
        Map<String, Integer> nodes = new LinkedHashMap<>();
        for (int i = 1; i <= nodeCount; i++) {
            nodes.put("n" + i, free.next());
        }
        Map<String, Integer> routers = new LinkedHashMap<>();
        routers.put(ROUTER_1, free.next());
        if (mariaDb) {
            routers.put(ROUTER_2, free.next());
        }
        return new ClusterPlan(nodes, routers, free.next(), free.next(),
            mariaDb ? Optional.of(free.next()) : Optional.empty());
    }

    /** Trine's services in the order in which they are started. */
    Map<String, Service> services() {
        Map<String, Service> services = new LinkedHashMap<>();
        nodes.forEach((name, port) -> services.put(name, new Service("git-server", port, NODE_HEAP_MEBIBYTES)));
        routers.forEach((name, port) -> services.put(name, new Service("shard-router", port, FRONT_HEAP_MEBIBYTES)));
        services.put(HTTP, new Service("http-proxy", http, FRONT_HEAP_MEBIBYTES));
        services.put(SSH, new Service("ssh-proxy", ssh, FRONT_HEAP_MEBIBYTES));
        return services;
    }

    List<String> nodeNames() {
        return new ArrayList<>(nodes.keySet());
    }

    /** Which three nodes each shard has: one shard of three nodes, else as many shards as nodes: each is used. */
    Map<String, List<String>> shards() {
        List<String> names = nodeNames();
        Map<String, List<String>> shards = new LinkedHashMap<>();
        int count = names.size() == SHARD_NODES ? 1 : names.size();
        for (int i = 0; i < count; i++) {
            List<String> ring = new ArrayList<>(names);
            Collections.rotate(ring, -i);
            shards.put("s" + (i + 1), List.copyOf(ring.subList(0, SHARD_NODES)));
        }
        return shards;
    }

    /** The failure zone that a node plays to stand in. */
    static String zone(String node) {
        return "z" + node.substring(1);
    }
}
