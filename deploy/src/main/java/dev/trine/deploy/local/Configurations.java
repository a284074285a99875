package dev.trine.deploy.local;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The configuration files of a local cluster's services: the same keys with which the services are started singly. Only
 * the keys below are ours; whatever else somebody writes into the files stays.
 */
final class Configurations {
    private static final String COMMENT =
        "Written by 'trine up'. Keys that you add stay; ports, paths and names are set again at each start.";

    private static final String ROUTER = "shard-router";
    private static final String HTTP = "http-proxy";
    private static final String SSH = "ssh-proxy";

    private final ClusterDirectory directory;
    private final Ports ports;

    Configurations(ClusterDirectory directory, Ports ports) {
        this.directory = directory;
        this.ports = ports;
    }

    void write() {
        ClusterProcess.NODES.forEach(node -> save(node.id(), gitServer(node)));
        save(ROUTER, shardRouter());
        save(HTTP, httpProxy());
        save(SSH, sshProxy());
        save(ClusterProcess.FRONT.id(), front());
    }

    private void save(String service, Map<String, Object> keys) {
        YamlFile.set(directory.conf(service), keys, COMMENT);
    }

    private Map<String, Object> gitServer(ClusterProcess node) {
        Map<String, Object> keys = new LinkedHashMap<>();
        keys.put("node", node.id());
        keys.put("zone", node.zone());
        keys.put("listen", loopback(ports.of(node)));
        keys.put("security", security());
        keys.put("peers", nodeAddresses());
        keys.put("data", Map.of("dir", directory.data(node.id()).toString()));
        return keys;
    }

    private Map<String, Object> shardRouter() {
        Map<String, Object> keys = new LinkedHashMap<>();
        keys.put("listen", loopback(ports.api()));
        keys.put("security", security());
        keys.put("data-dir", directory.data(ROUTER).toString());
        keys.put("nodes", nodes());
        keys.put("shards", Map.of("s1", ClusterProcess.NODES.stream().map(ClusterProcess::id).toList()));
        keys.put("admin-token-file", directory.adminToken().toString());
        keys.put("create-on-push", "writers");
        return keys;
    }

    private Map<String, Object> nodes() {
        Map<String, Object> nodes = new LinkedHashMap<>();
        for (ClusterProcess node : ClusterProcess.NODES) {
            Map<String, String> keys = new LinkedHashMap<>();
            keys.put("zone", node.zone());
            keys.put("address", loopback(ports.of(node)));
            nodes.put(node.id(), keys);
        }
        return nodes;
    }

    private Map<String, Object> httpProxy() {
        return proxy(ports.http());
    }

    private Map<String, Object> sshProxy() {
        Map<String, Object> keys = proxy(ports.ssh());
        keys.put("host-keys", directory.hostKeys().toString());
        return keys;
    }

    private Map<String, Object> proxy(int port) {
        Map<String, Object> keys = new LinkedHashMap<>();
        keys.put("listen", loopback(port));
        keys.put("router", loopback(ports.api()));
        keys.put("security", security());
        return keys;
    }

    private Map<String, Object> front() {
        Map<String, Object> keys = new LinkedHashMap<>();
        for (String service : List.of(ROUTER, HTTP, SSH)) {
            keys.put(service, directory.conf(service).toString());
        }
        return keys;
    }

    private Map<String, Object> security() {
        return Map.of("secret-file", directory.secret().toString());
    }

    private Map<String, String> nodeAddresses() {
        Map<String, String> addresses = new LinkedHashMap<>();
        ClusterProcess.NODES.forEach(node -> addresses.put(node.id(), loopback(ports.of(node))));
        return addresses;
    }

    private static String loopback(int port) {
        return Endpoints.HOST + ":" + port;
    }
}
