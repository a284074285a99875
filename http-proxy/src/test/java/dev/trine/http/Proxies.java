package dev.trine.http;

import dev.trine.common.audit.AuditSettings;
import dev.trine.common.config.ByteSize;
import dev.trine.common.config.ConfigException;
import dev.trine.common.config.ConfigFile;
import dev.trine.common.config.HostPort;
import dev.trine.common.lifecycle.StartException;
import dev.trine.common.relay.FakeCluster;
import dev.trine.common.relay.RelaySettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Proxies on loopback ports, with one setting or another that differs from the usual. */
record Proxies(FakeCluster cluster) {
    private static final RelaySettings RELAY =
        new RelaySettings(Duration.ofSeconds(40), 2, Duration.ofSeconds(40), Duration.ofMinutes(1),
            new ByteSize(1 << 19), Duration.ofSeconds(5), 0, 0);

    static HttpLimits limits(Duration idleMax, Duration exchangeMax, Duration drainMax) {
        return new HttpLimits(50, 50, 50, 8, Duration.ofSeconds(30), Duration.ofSeconds(30), new ByteSize(8192),
            new ByteSize(1 << 20), idleMax, new ByteSize(500), Duration.ofMinutes(1), exchangeMax, drainMax,
            Duration.ZERO, Duration.ofSeconds(20));
    }

    HttpProxy usual() throws StartException {
        return with(limits(Duration.ofSeconds(30), Duration.ofMinutes(1), Duration.ofSeconds(20)), Optional.empty());
    }

    /** One that keeps its audit in a directory. */
    HttpProxy audited(Path directory) throws StartException {
        return HttpProxy.start(config(limits(Duration.ofSeconds(30), Duration.ofMinutes(1), Duration.ofSeconds(20)),
            AuditSettings.none().orIn(directory)));
    }

    HttpProxy with(HttpLimits limits, Optional<HttpProxyConfig.Tls> tls) throws StartException {
        return HttpProxy.start(config(0, limits, tls));
    }

    /** One whose configuration file has those further lines. */
    HttpProxy configured(Path dir, String... lines) throws IOException, ConfigException, StartException {
        Path file = Files.writeString(dir.resolve("http-proxy.yaml"), "listen: 127.0.0.1:0\nrouter: "
            + cluster.router() + "\nsecurity: {secret-file: " + cluster.security().secretFile().orElseThrow() + "}\n"
            + String.join("\n", lines) + "\n");
        return HttpProxy.start(ConfigFile.load(file, HttpProxyConfig.class));
    }

    HttpProxyConfig config(int port, HttpLimits limits, Optional<HttpProxyConfig.Tls> tls) {
        return config(port, limits, tls, AuditSettings.none());
    }

    private HttpProxyConfig config(HttpLimits limits, AuditSettings audit) {
        return config(0, limits, Optional.empty(), audit);
    }

    private HttpProxyConfig config(int port, HttpLimits limits, Optional<HttpProxyConfig.Tls> tls,
                                   AuditSettings audit) {
        return new HttpProxyConfig(new HostPort("127.0.0.1", port), cluster.router(), cluster.security(), tls, false,
            List.of(), ForwardedHeader.X_FORWARDED_FOR, List.of(), "trine", Duration.ofSeconds(10), limits, RELAY,
            audit, upstreams(Optional.empty(), 10, Duration.ofSeconds(50)));
    }

    static UpstreamSettings upstreams(Optional<Path> secrets, int requestsMax, Duration answerMax) {
        return new UpstreamSettings(secrets, Optional.empty(), requestsMax, Duration.ofSeconds(50), answerMax,
            Duration.ofSeconds(50), new ByteSize(8192));
    }

    /** One that looks ten times a second whether somebody was suspended. */
    HttpProxy to(UpstreamSettings upstreams) throws StartException {
        RelaySettings watchful = new RelaySettings(RELAY.routerAnswerMax(), RELAY.attemptsMax(), RELAY.nodeAnswerMax(),
            RELAY.idleMax(), RELAY.window(), Duration.ofMillis(100), RELAY.movingMax(), RELAY.startingMax());
        return HttpProxy.start(new HttpProxyConfig(new HostPort("127.0.0.1", 0), cluster.router(), cluster.security(),
            Optional.empty(), false, List.of(), ForwardedHeader.X_FORWARDED_FOR, List.of(), "trine",
            Duration.ofSeconds(10), limits(Duration.ofSeconds(30), Duration.ofMinutes(1), Duration.ofSeconds(20)),
            watchful, AuditSettings.none(), upstreams));
    }
}
