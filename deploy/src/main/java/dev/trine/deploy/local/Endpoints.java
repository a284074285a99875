package dev.trine.deploy.local;

import java.util.LinkedHashMap;
import java.util.Map;

/** How clients reach a local cluster. */
record Endpoints(String http, String ssh, String api) {
    /** Git must not look the host up: "localhost" may stand for an address where nobody listens. */
    static final String HOST = "127.0.0.1";

    static Endpoints of(Ports ports) {
        return new Endpoints("http://" + HOST + ":" + ports.http(), "ssh://git@" + HOST + ":" + ports.ssh(),
            "http://" + HOST + ":" + ports.api());
    }

    /** Writes the cluster file that commands read. */
    void save(ClusterDirectory directory, String token) {
        Map<String, String> keys = new LinkedHashMap<>();
        keys.put("http", http);
        keys.put("ssh", ssh);
        keys.put("api", api);
        keys.put("token", token);
        YamlFile.set(directory.client(), keys, "How to reach this cluster, for 'trine --cluster' and scripts.");
    }
}
