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
    private final ServiceKeys keys;

    Configurations(ClusterDirectory directory, Ports ports) {
        this.directory = directory;
        this.ports = ports;
        this.keys = new ServiceKeys(directory.secret());
    }

    void write() {
        ClusterProcess.NODES.forEach(node -> save(node.id(),
            keys.gitServer(node(node), nodeAddresses(), directory.data(node.id()))));
        save(ROUTER, keys.shardRouter(loopback(ports.api()), directory.data(ROUTER),
            ClusterProcess.NODES.stream().map(this::node).toList(), directory.adminToken()));
        save(HTTP, keys.httpProxy(loopback(ports.http()), loopback(ports.api()), directory.data(HTTP)));
        Map<String, Object> ssh =
            new LinkedHashMap<>(keys.sshProxy(loopback(ports.ssh()), loopback(ports.api()), directory.hostKeys()));
        ssh.put("http-url", "http://" + loopback(ports.http()));
        save(SSH, ssh);
        save(ClusterProcess.FRONT.id(), front());
    }

    private void save(String service, Map<String, Object> values) {
        YamlFile.set(directory.conf(service), values, COMMENT);
    }

    private ServiceKeys.Node node(ClusterProcess node) {
        return new ServiceKeys.Node(node.id(), node.zone(), loopback(ports.of(node)));
    }

    private Map<String, Object> front() {
        Map<String, Object> files = new LinkedHashMap<>();
        for (String service : List.of(ROUTER, HTTP, SSH)) {
            files.put(service, directory.conf(service).toString());
        }
        return files;
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
