package dev.trine.deploy.local;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The keys that a service's configuration file needs when it runs on loopback beside the others: what the launcher
 * writes for its clusters, and the fault lab for its own. All services share one secret.
 *
 * @param secret file with the secret that the services know each other by
 */
public record ServiceKeys(Path secret) {
    /**
     * A git server as the others see it.
     *
     * @param name    name of the node
     * @param zone    its failure zone
     * @param address "host:port" where it is reached
     */
    public record Node(String name, String zone, String address) {
    }

    /** A git server that listens on an address, reaches its peers at others, and keeps its data in a directory. */
    public Map<String, Object> gitServer(Node node, Map<String, String> peers, Path data) {
        Map<String, Object> keys = new LinkedHashMap<>();
        keys.put("node", node.name());
        keys.put("zone", node.zone());
        keys.put("listen", node.address());
        keys.put("security", security());
        keys.put("peers", peers);
        keys.put("data", Map.of("dir", data.toString()));
        return keys;
    }

    /** A shard router for one shard of three nodes, on which whoever may write creates a repository by a push. */
    public Map<String, Object> shardRouter(String listen, Path data, List<Node> nodes, Path adminToken) {
        Map<String, Object> keys = new LinkedHashMap<>();
        keys.put("listen", listen);
        keys.put("security", security());
        keys.put("data-dir", data.toString());
        keys.put("nodes", byName(nodes));
        keys.put("shards", Map.of("s1", nodes.stream().limit(3).map(Node::name).toList()));
        keys.put("admin-token-file", adminToken.toString());
        keys.put("create-on-push", "writers");
        return keys;
    }

    private static Map<String, Object> byName(List<Node> nodes) {
        Map<String, Object> sections = new LinkedHashMap<>();
        for (Node node : nodes) {
            Map<String, String> keys = new LinkedHashMap<>();
            keys.put("zone", node.zone());
            keys.put("address", node.address());
            sections.put(node.name(), keys);
        }
        return sections;
    }

    /** A proxy that asks a router, with its audit below a directory. */
    public Map<String, Object> httpProxy(String listen, String router, Path data) {
        Map<String, Object> keys = new LinkedHashMap<>();
        keys.put("listen", listen);
        keys.put("router", router);
        keys.put("security", security());
        keys.put("audit", Map.of("dir", data.resolve("audit").toString()));
        return keys;
    }

    /** The same for SSH, with its host keys in that directory. */
    public Map<String, Object> sshProxy(String listen, String router, Path hostKeys) {
        Map<String, Object> keys = httpProxy(listen, router, hostKeys);
        keys.put("host-keys", hostKeys.toString());
        return keys;
    }

    private Map<String, Object> security() {
        return Map.of("secret-file", secret.toString());
    }
}
