package dev.trine.ssh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trine.common.config.ConfigFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SshProxyConfigTest {
    private static final String REQUIRED = """
        listen: 127.0.0.1:2222
        router: 127.0.0.1:9000
        security: {secret-file: secret}
        host-keys: keys
        """;

    @TempDir
    private Path dir;

    private SshProxyConfig load(String yaml) throws Exception {
        return ConfigFile.load(Files.writeString(dir.resolve("c.yaml"), yaml), SshProxyConfig.class);
    }

    @Test
    void everyKeyAndItsDefault() throws Exception {
        assertThat(ConfigFile.describe(load(REQUIRED))).isEqualTo("""
            listen: 127.0.0.1:2222
            router: 127.0.0.1:9000
            security.secret-file: secret
            security.tls:
            host-keys: keys
            keys.rsa-bits-min: 3072
            certificates.authorities: []
            certificates.krl:
            certificates.forced: false
            certificates.principal-prefix:\s
            proxy-protocol-from: []
            notice-file:
            http-url:
            limits.sessions-max: 1000
            limits.sessions-per-address-max: 500
            limits.sessions-per-user-max: 500
            limits.exchanges-max: 300
            limits.channels-max: 10
            limits.auth-attempts-max: 20
            limits.auth-max: 30s
            limits.idle-max: 15m
            limits.session-max: 1d
            limits.keep-alive: 30s
            limits.window: 2m
            limits.stop-max: 10s
            limits.bans.failures-max: 20
            limits.bans.ban-for: 10m
            limits.bans.delay-max: 3s
            limits.bans.except:
            relay.router-answer-max: 10s
            relay.attempts-max: 4
            relay.node-answer-max: 10s
            relay.idle-max: 10m
            relay.window: 128k
            relay.recheck: 5s
            relay.moving-max: 0
            relay.starting-max: 0
            audit.dir:
            audit.keep: 400d
            audit.file-max: 64m
            audit.dir-max: 10g
            audit.queue-max: 20000
            audit.queue-size-max: 64m
            audit.sync-max: 200ms
            audit.when-full: go-on
            """);
    }

    @Test
    void keysAndAddressesThatMakeNoSenseAreRefused() {
        assertThatThrownBy(() -> load(REQUIRED + "keys: {rsa-bits-min: 1024}\nlimits: {bans: {except: [home]}}\n"))
            .hasMessageContaining("rsa-bits-min is between 2048 and 16384").hasMessageContaining("'home'");
        assertThatThrownBy(() -> load(REQUIRED + "proxy-protocol-from: [10.0.0.0/99]\n"))
            .hasMessageContaining("not a range");
    }

    @Test
    void limitsThatMakeNoSenseAreRefused() {
        assertThatThrownBy(() -> load(REQUIRED + "limits: {window: 1k}\nrelay: {attempts-max: 0}\n"))
            .hasMessageContaining("window is between 64k and 1g").hasMessageContaining("attempts-max is between 1");
        assertThatThrownBy(() -> load(REQUIRED + "limits: {bans: {delay-max: 2m}}\n"))
            .hasMessageContaining("delay-max is at most 1m");
        for (String endless : List.of("auth-max", "idle-max", "session-max", "keep-alive")) {
            assertThatThrownBy(() -> load(REQUIRED + "limits: {" + endless + ": 0s}\n"))
                .hasMessageContaining("auth-max, idle-max, session-max and keep-alive are longer than nothing");
        }
    }
}
