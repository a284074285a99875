package dev.trine.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HexFormat;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is believed of those who stand between the client and the proxy. */
@Timeout(60)
class BehindProxyTest {
    private static final String REQUEST = "GET " + Door.REFS + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
        + RawClient.TOKEN + "\r\n";
    private static final String HERE = "[127.0.0.0/8]";
    private static final String ELSEWHERE = "[192.0.2.0/24]";

    @TempDir
    private Path dir;
    private Door door;

    @BeforeEach
    void start() throws Exception {
        door = new Door(dir);
    }

    @AfterEach
    void stop() throws Exception {
        door.close();
    }

    private String clientSeen() {
        return door.cluster().node("n1").opened().getLast().getClientAddress();
    }

    private HttpResponse<String> get(HttpProxy proxy, String... headers) throws Exception {
        return Door.get(proxy, Door.REFS, headers);
    }

    @Test
    void theHeaderOfATrustedProxyNamesTheClient() throws Exception {
        try (HttpProxy proxy = door.proxy("forwarded-from: " + HERE)) {
            get(proxy, "X-Forwarded-For", "6.6.6.6, 198.51.100.7, 127.0.0.9");
            assertThat(clientSeen()).isEqualTo("198.51.100.7");
            get(proxy, "Forwarded", "for=6.6.6.6");
            assertThat(clientSeen()).as("the header that this one does not write").startsWith("127.0.0.1");
            get(proxy, "X-Forwarded-For", "unknown");
            assertThat(clientSeen()).startsWith("127.0.0.1");
        }
        try (HttpProxy proxy = door.proxy("forwarded-from: " + HERE, "forwarded-header: forwarded")) {
            get(proxy, "Forwarded", "for=\"[2001:db8::9]:4711\";proto=https");
            assertThat(clientSeen()).contains("2001:db8:");
        }
    }

    @Test
    void nobodyElseIsBelieved() throws Exception {
        for (String line : new String[] {"forwarded-from: " + ELSEWHERE, "behind-tls-terminator: true"}) {
            try (HttpProxy proxy = door.proxy(line)) {
                get(proxy, "X-Forwarded-For", "6.6.6.6", "Forwarded", "for=6.6.6.6");
                assertThat(clientSeen()).startsWith("127.0.0.1:");
            }
        }
    }

    @Test
    void bothVersionsOfThePROXYHeaderNameTheClient() throws Exception {
        try (HttpProxy proxy = door.proxy("proxy-protocol-from: " + HERE)) {
            try (RawClient balancer = new RawClient(proxy.port())) {
                balancer.send("PROXY TCP4 203.0.113.9 192.0.2.1 56324 443\r\n" + REQUEST);
                assertThat(balancer.rest()).startsWith("HTTP/1.1 200");
                assertThat(clientSeen()).isEqualTo("203.0.113.9:56324");
            }
            try (RawClient balancer = new RawClient(proxy.port())) {
                ByteArrayOutputStream sent = new ByteArrayOutputStream();
                sent.writeBytes(HexFormat.of().parseHex("0d0a0d0a000d0a515549540a" + "2111000c"
                    + "cb00710ac0000201dc0401bb"));
                sent.writeBytes(REQUEST.getBytes(StandardCharsets.US_ASCII));
                balancer.send(sent.toByteArray());
                assertThat(balancer.rest()).startsWith("HTTP/1.1 200");
                assertThat(clientSeen()).isEqualTo("203.0.113.10:56324");
            }
        }
    }

    @Test
    void aBalancerHasToSendThePROXYHeaderAndNobodyElseMay() throws Exception {
        try (HttpProxy proxy = door.proxy("proxy-protocol-from: " + HERE);
             RawClient balancer = new RawClient(proxy.port())) {
            assertThat(balancer.send(REQUEST).rest()).isEmpty();
        }
        try (HttpProxy proxy = door.proxy("proxy-protocol-from: " + ELSEWHERE)) {
            try (RawClient client = new RawClient(proxy.port())) {
                client.send("PROXY TCP4 6.6.6.6 192.0.2.1 56324 443\r\n" + REQUEST);
                assertThat(client.rest()).startsWith("HTTP/1.1 400");
            }
            try (RawClient client = new RawClient(proxy.port())) {
                assertThat(client.send(REQUEST).rest()).startsWith("HTTP/1.1 200");
                assertThat(clientSeen()).startsWith("127.0.0.1:");
            }
        }
        assertThat(door.cluster().node("n1").opened()).hasSize(1);
    }

    @Test
    void aRequestThatHasBeenHereIsNotPassedOn() throws Exception {
        try (HttpProxy proxy = door.proxy("via: git.example")) {
            HttpResponse<String> looped = get(proxy, "Via", "1.1 edge, 2 Git.Example (Trine)");
            assertThat(looped.statusCode()).isEqualTo(508);
            assertThat(looped.body()).startsWith("trine: this request has been here before (Via: git.example): ");
            assertThat(get(proxy, "Via", "1.1 edge, 1.1 git.example.org, git.example").statusCode()).isEqualTo(200);
        }
    }
}
