package dev.trine.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trine.common.config.ConfigFile;
import dev.trine.common.lifecycle.StartException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HttpProxyConfigTest {
    private static final String REQUIRED = """
        listen: 127.0.0.1:8080
        router: 127.0.0.1:9000
        security: {secret-file: secret}
        """;

    @TempDir
    private Path dir;

    private HttpProxyConfig load(String yaml) throws Exception {
        return ConfigFile.load(Files.writeString(dir.resolve("c.yaml"), yaml), HttpProxyConfig.class);
    }

    @Test
    void everyKeyAndItsDefault() throws Exception {
        assertThat(ConfigFile.describe(load(REQUIRED))).isEqualTo("""
            listen: 127.0.0.1:8080
            router: 127.0.0.1:9000
            security.secret-file: secret
            security.tls:
            tls:
            behind-tls-terminator: false
            limits.connections-max: 1000
            limits.header-max: 16k
            limits.inflated-max: 64m
            limits.idle-max: 2m
            limits.exchange-max: 12h
            limits.drain-max: 30s
            limits.stop-max: 10s
            relay.router-answer-max: 10s
            relay.attempts-max: 4
            relay.node-answer-max: 10s
            relay.idle-max: 10m
            relay.window: 128k
            relay.recheck: 5s
            audit.dir:
            audit.keep: 400d
            audit.file-max: 64m
            audit.queue-max: 20000
            audit.sync-max: 200ms
            audit.when-full: go-on
            """);
    }

    @Test
    void limitsThatMakeNoSenseAreRefused() {
        assertThatThrownBy(() -> load(REQUIRED + "limits: {header-max: 1k}\n"))
            .hasMessageContaining("header-max is between 4k and 1m");
        assertThatThrownBy(() -> load(REQUIRED + "limits: {connections-max: 0}\n"))
            .hasMessageContaining("connections-max is at least 1");
    }

    @Test
    void tokensDoNotCrossANetworkInClearTextUnlessTheOperatorSaysThatTheyDoNot() throws Exception {
        String open = REQUIRED.replace("127.0.0.1:8080", "0.0.0.0:8080");
        HttpProxyConfig config = load(open);
        assertThatThrownBy(() -> HttpProxy.start(config)).isInstanceOf(StartException.class)
            .hasMessageContaining("listen 0.0.0.0:8080 is reachable from other machines");
        load(open + "behind-tls-terminator: true\n").checkListen();
        load(open + "tls: {certificate: c.pem, key: k.pem}\n").checkListen();
    }
}
