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

    private static final String DEFAULTS = """
        listen: 127.0.0.1:8080
        router: 127.0.0.1:9000
        security.secret-file: secret
        security.tls:
        tls:
        behind-tls-terminator: false
        forwarded-from: []
        forwarded-header: x-forwarded-for
        proxy-protocol-from: []
        via: trine
        router-recent: 10s
        limits.connections-max: 1000
        limits.requests-max: 1000
        limits.requests-per-address-max: 640
        limits.streams-max: 32
        limits.header-for: 30s
        limits.form-for: 10s
        limits.header-max: 16k
        limits.inflated-max: 64m
        limits.idle-max: 2m
        limits.rate-min: 500
        limits.rate-grace: 1m
        limits.exchange-max: 12h
        limits.drain-max: 30s
        limits.stop-notice: 0ms
        limits.stop-max: 10s
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
        upstreams.secrets-dir:
        upstreams.authority:
        upstreams.requests-max: 256
        upstreams.connect-max: 10s
        upstreams.answer-max: 30s
        upstreams.idle-max: 10m
        upstreams.header-max: 16k
        """;

    @TempDir
    private Path dir;

    private HttpProxyConfig load(String yaml) throws Exception {
        return ConfigFile.load(Files.writeString(dir.resolve("c.yaml"), yaml), HttpProxyConfig.class);
    }

    @Test
    void everyKeyAndItsDefault() throws Exception {
        assertThat(ConfigFile.describe(load(REQUIRED))).isEqualTo(DEFAULTS);
    }

    @Test
    void limitsThatMakeNoSenseAreRefused() {
        assertThatThrownBy(() -> load(REQUIRED + "limits: {header-max: 1k}\n"))
            .hasMessageContaining("header-max is between 4k and 1m");
        assertThatThrownBy(() -> load(REQUIRED + "limits: {connections-max: 0}\n"))
            .hasMessageContaining("connections-max is at least 1");
        assertThatThrownBy(() -> load(REQUIRED + "upstreams: {idle-max: 0s}\n"))
            .hasMessageContaining("connect-max, answer-max and idle-max are longer than 0s");
        assertThatThrownBy(() -> load(REQUIRED + "upstreams: {header-max: 2m}\n"))
            .hasMessageContaining("header-max is between 4k and 1m");
        assertThatThrownBy(() -> load(REQUIRED + "upstreams: {requests-max: -1}\n"))
            .hasMessageContaining("requests-max is between 0 and 100000");
    }

    @Test
    void whoIsBelievedAndWhatThisIsCalledHasToMakeSense() {
        assertThatThrownBy(() -> load(REQUIRED + "forwarded-from: [everybody]\n"))
            .hasMessageContaining("'everybody' is not an address");
        assertThatThrownBy(() -> load(REQUIRED + "proxy-protocol-from: [10.0.0.0/x]\n"))
            .hasMessageContaining("is not a range of addresses");
        assertThatThrownBy(() -> load(REQUIRED + "via: two words\n")).hasMessageContaining("via has 1 to 64 letters");
        assertThatThrownBy(() -> load(REQUIRED + "forwarded-header: via\n"))
            .hasMessageContaining("not one of x-forwarded-for, forwarded");
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
