package dev.trine.deploy.local;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The configuration files of a local cluster's services: the same keys with which the services are started singly. Only
 * the keys below are ours; whatever else somebody writes into the files stays.
 */
final class Configurations {
    private static final String COMMENT =
        "Written by 'trine up'. Keys that you add stay; ports, paths and names are set again at each start.";

    private final ClusterDirectory directory;
    private final Ports ports;

    Configurations(ClusterDirectory directory, Ports ports) {
        this.directory = directory;
        this.ports = ports;
    }

    void write() {
        ClusterProcess.NODES.forEach(node -> save(node.id(), gitServer(node)));
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
