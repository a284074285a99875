package dev.trine.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trine.common.config.ConfigException;
import dev.trine.common.config.ConfigFile;
import dev.trine.common.config.HostPort;
import dev.trine.common.model.NodeId;
import dev.trine.server.repo.JGitSettings;
import dev.trine.server.repo.PackLimits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The keys of a git server's configuration, each with its default. */
class GitServerConfigTest {
    private static final String LEAST = """
        node: n1
        zone: z1
        listen: 127.0.0.1:9001
        security:
          secret-file: /etc/trine/secret
        data:
          dir: /var/lib/trine
        """;

    private static final String DEFAULTS = """
        node: n1
        zone: z1
        listen: 127.0.0.1:9001
        bulk.offered: true
        bulk.listen:
        bulk.address:
        security.secret-file: /etc/trine/secret
        security.tls:
        data.dir: /var/lib/trine
        data.disk-free-min: 1g
        data.disk-reserve: 256m
        data.cache: 128m
        objects.block-cache:
        objects.index-threads: 0
        objects.pack-max: 16g
        objects.pack-objects-max: 20000000
        objects.object-max: 2g
        objects.delta-depth-max: 4095
        replica.loaded-max: 2000
        replica.idle-unload: 1m
        replica.staged-keep: 1h
        replica.pack-max: 64g
        replica.transfer-idle: 1m
        replica.stage-wait: 10m
        replica.tips-keep: 1h
        replica.safety.repair-retry: 1s
        replica.safety.scrub-rate: 16m
        replica.safety.scrub-every: 7d
        catch-up.bandwidth: 256m
        catch-up.parallel: 4
        catch-up.copy-keep: 1d
        catch-up.retired-copies: 2
        fetch.wants-max: 500000
        fetch.haves-max: 250000
        fetch.shallow-max: 100000
        fetch.deepen-not-max: 1000
        fetch.filter-max: 1000
        fetch.request-max: 64m
        fetch.object-info-max: 10000
        fetch.walked-clones-max: 4
        fetch.walked-clone-wait-max: 5m
        pack-cache.size: 4g
        pack-cache.pack-max: 1g
        pack-cache.packs-max: 1000
        raw.size-max: 512m
        archive.size-max: 2g
        archive.entries-max: 500000
        archive.cache-max: 2g
        push.commands-max: 100000
        push.refs-max: 1000000
        push.shallow-lines-max: 100000
        push.push-options-max: 100
        push.request-max: 64m
        push.deny-non-fast-forwards: false
        push.deny-delete-current: true
        push.receipt: always
        clients.idle-max: 15m
        clients.calls-max: 1024
        clients.repository-calls-max: 640
        clients.user-calls-max: 640
        clients.address-calls-max: 640
        clients.anonymous-calls-max: 256
        work.packs-max: 0
        work.pushes-max: 0
        work.user-max: 0
        work.repository-max: 0
        work.address-max: 0
        work.queue-max: 1000
        work.user-queue-max: 100
        work.wait-max: 5m
        work.people-weight: 4
        work.automation-weight: 2
        work.anonymous-weight: 1
        receipts.keep: 30d
        receipts.max: 100000
        drain: 10s
        """;

    @TempDir
    private Path dir;

    private GitServerConfig load(String yaml) throws ConfigException, IOException {
        return ConfigFile.load(Files.writeString(dir.resolve("n1.yaml"), yaml), GitServerConfig.class);
    }

    @Test
    void everyKeyHasItsDefault() throws Exception {
        assertThat(ConfigFile.describe(load(LEAST))).isEqualTo(DEFAULTS);
    }

    @Test
    void theDefaultsOfPacksAreThoseOfTheObjectStore() throws Exception {
        GitServerConfig.Objects objects = load(LEAST).objects();
        assertThat(objects.limits()).isEqualTo(PackLimits.DEFAULT);
        assertThat(objects.settings()).isEqualTo(JGitSettings.forThisMachine());
    }

    @Test
    void theOwnAddressAmongThePeersIsIgnored() throws Exception {
        GitServerConfig config = load(LEAST + "peers: {n1: 'a:1', n2: 'b:2', n3: 'c:3'}\n");
        assertThat(config.others()).isEqualTo(Map.of(new NodeId("n2"), HostPort.parse("b:2"), new NodeId("n3"),
            HostPort.parse("c:3")));
    }

    @Test
    void allProblemsAreReportedTogether() {
        String yaml = LEAST + """
            objects:
              index-treads: 4
            replica:
              loaded-max: 0
            """;
        assertThatThrownBy(() -> load(yaml)).isInstanceOf(ConfigException.class)
            .hasMessageContaining("objects.index-treads: unknown key, did you mean objects.index-threads?")
            .hasMessageContaining("replica: loaded-max below 1");
    }

    @Test
    void aNameThatIsNoNodesIsRefused() {
        assertThatThrownBy(() -> load(LEAST.replace("n1", "N1"))).hasMessageContaining("not a node name");
        assertThatThrownBy(() -> load(LEAST.replace("z1", "Z 1"))).hasMessageContaining("not a zone name");
        assertThatThrownBy(() -> load(LEAST + "peers: {N2: 'b:2'}\n")).hasMessageContaining("not a node name");
    }
}
