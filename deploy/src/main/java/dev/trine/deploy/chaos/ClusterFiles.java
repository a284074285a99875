package dev.trine.deploy.chaos;

import dev.trine.deploy.local.ServiceKeys;
import dev.trine.deploy.local.YamlFile;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The configuration files of a lab's cluster: those of any cluster on loopback, but everybody meets over the lines. */
final class ClusterFiles {
    private static final String COMMENT = "Written by 'trine lab chaos'.";
    /** A lab's disk may be small on purpose. */
    private static final String DISK_FREE_MIN = "16m";
    /** Twice that must be free before a node takes part again after its disk was full. */
    private static final String DISK_RESERVE = "32m";

    private final LabDirectory directory;
    private final ClusterPlan plan;
    private final Links links;
    private final ServiceKeys keys;

    ClusterFiles(LabDirectory directory, ClusterPlan plan, Links links) {
        this.directory = directory;
        this.plan = plan;
        this.links = links;
        this.keys = new ServiceKeys(directory.secret());
    }

    void write() {
        plan.nodes().keySet().forEach(node -> save(node, gitServer(node)));
        plan.routers().keySet().forEach(router -> save(router, router(router)));
        String routers = links.address(Links.FRONT, Links.ROUTERS);
        save(ClusterPlan.HTTP, keys.httpProxy(loopback(plan.http()), routers, directory.data(ClusterPlan.HTTP)));
        save(ClusterPlan.SSH, keys.sshProxy(loopback(plan.ssh()), routers, directory.data(ClusterPlan.SSH)));
    }

    private void save(String service, Map<String, Object> values) {
        YamlFile.set(directory.conf(service), values, COMMENT);
    }

    private Map<String, Object> gitServer(String node) {
        Map<String, String> peers = new LinkedHashMap<>();
        plan.nodes().keySet().stream().filter(peer -> !peer.equals(node))
            .forEach(peer -> peers.put(peer, links.address(node, peer)));
        Map<String, Object> values = keys.gitServer(
            new ServiceKeys.Node(node, ClusterPlan.zone(node), loopback(plan.nodes().get(node))), peers,
            directory.data(node));
        values.put("data", Map.of("dir", directory.data(node).toString(), "disk-free-min", DISK_FREE_MIN,
            "disk-reserve", DISK_RESERVE));
        return values;
    }

    private Map<String, Object> router(String router) {
        List<ServiceKeys.Node> nodes = plan.nodes().keySet().stream().map(node ->
            new ServiceKeys.Node(node, ClusterPlan.zone(node), links.address(Links.FRONT, node))).toList();
        Map<String, Object> values =
            keys.shardRouter(loopback(plan.routers().get(router)), directory.data(router), nodes,
                directory.adminToken());
        values.put("shards", plan.shards());
        if (plan.databasePort().isPresent()) {
            values.put("metadata", Map.of("url", MariaDb.url(links.address(Links.FRONT, Links.DATABASE)),
                "user", "root"));
        }
        return values;
    }

    private static String loopback(int port) {
        return "127.0.0.1:" + port;
    }
}
