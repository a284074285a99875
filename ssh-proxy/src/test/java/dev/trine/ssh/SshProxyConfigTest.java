package dev.trine.ssh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trine.common.config.ConfigFile;
import java.nio.file.Files;
import java.nio.file.Path;
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
            limits.sessions-max: 1000
            limits.exchanges-max: 300
            limits.channels-max: 10
            limits.auth-attempts-max: 20
            limits.auth-max: 30s
            limits.idle-max: 15m
            limits.window: 2m
            limits.stop-max: 10s
            relay.router-answer-max: 10s
            relay.attempts-max: 4
            relay.node-answer-max: 10s
            relay.idle-max: 10m
            relay.window: 128k
            """);
    }

    @Test
    void limitsThatMakeNoSenseAreRefused() {
        assertThatThrownBy(() -> load(REQUIRED + "limits: {window: 1k}\nrelay: {attempts-max: 0}\n"))
            .hasMessageContaining("window is between 64k and 1g").hasMessageContaining("attempts-max is between 1");
    }
}
