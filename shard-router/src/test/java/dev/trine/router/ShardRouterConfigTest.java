package dev.trine.router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trine.common.config.ConfigException;
import dev.trine.common.config.ConfigFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ShardRouterConfigTest {
    private static final String DEFAULTS = """
        listen: 127.0.0.1:9090
        security.secret-file: s
        security.tls:
        data-dir: d
        zone:\s
        metadata.url:
        metadata.user: trine
        metadata.password-file:
        metadata.connections: 16
        metadata.patience: 1s
        metadata.answer-max: 2s
        metadata.first-max: 5m
        admin-token-file:
        admin-keys-dir:
        admin-keys: []
        keys.rsa-bits-min: 3072
        limits.grants-per-user-max: 1000
        limits.keys-per-user-max: 1000
        limits.tokens-per-user-max: 1000
        create-on-push: off
        anonymous-read: false
        default-branch: main
        allow-stale-reads: false
        routing.probe-deadline: 1s
        routing.route-deadline: 4s
        routing.patience: 100ms
        routing.quorum-patience: 1s
        routing.heartbeat: 1s
        routing.reconcile: 5s
        routing.moves-max: 8
        cache.fresh-for: 1s
        cache.age-max: 1d
        cache.copy-every: 10s
        audit.dir:
        audit.keep: 400d
        audit.file-max: 64m
        audit.dir-max: 10g
        audit.queue-max: 20000
        audit.queue-size-max: 64m
        audit.sync-max: 200ms
        audit.when-full: go-on
        workload.authority:
        workload.issuers: []
        authorizer:
        """;

    @TempDir
    Path directory;

    private ShardRouterConfig load(String yaml) throws IOException, ConfigException {
        return ConfigFile.load(Files.writeString(directory.resolve("router.yaml"), yaml), ShardRouterConfig.class);
    }

    @Test
    void theseAreAllKeysWithTheirDefaults() throws Exception {
        assertThat(ConfigFile.describe(load("""
            listen: 127.0.0.1:9090
            security: {secret-file: s}
            data-dir: d
            """))).isEqualTo(DEFAULTS);
    }

    @Test
    void aShardNeedsKnownNodesInTwoZones() {
        String start = """
            listen: 127.0.0.1:9090
            security: {secret-file: s}
            data-dir: d
            nodes:
              n1: {zone: z1, address: "127.0.0.1:1"}
              n2: {zone: z1, address: "127.0.0.1:2"}
              n3: {zone: z1, address: "127.0.0.1:3"}
            """;
        assertThatThrownBy(() -> load(start + "shards: {s1: [n1, n2, n4]}"))
            .hasMessageContaining("shards.s1: node n4 is missing under nodes");
        assertThatThrownBy(() -> load(start + "shards: {s1: [n1, n2, n3]}"))
            .hasMessageContaining("shards.s1: its nodes must stand in two zones or more");
    }

    @Test
    void aPasswordInTheUrlIsRefusedBecauseTheUrlIsPrinted() {
        assertThatThrownBy(() -> load("""
            listen: 127.0.0.1:9090
            security: {secret-file: s}
            data-dir: d
            metadata: {url: "jdbc:mysql://db/trine?password=secret"}
            """)).hasMessageContaining("name that as password-file").hasMessageNotContaining("=secret");
    }
}
