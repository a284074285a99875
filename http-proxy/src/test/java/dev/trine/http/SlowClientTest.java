package dev.trine.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trine.common.relay.GitClient;
import java.io.IOException;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Clients that keep a connection and do not come to the point. */
@Timeout(60)
class SlowClientTest {
    private static final String HASTY = "limits: {header-for: 300ms, drain-max: 0s}";
    /** For who has to be served further on, on a machine that may be busy. */
    private static final String LESS_HASTY = "limits: {header-for: 5s, drain-max: 0s}";
    private static final String FAST = "limits: {rate-min: 1m, rate-grace: 100ms, drain-max: 0s}";
    private static final String LIVE = "GET /livez HTTP/1.1\r\nHost: x\r\n";

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

    /** A client that was answered once: on a busy machine one may be cut off before it comes to say anything. */
    private static RawClient answered(HttpProxy proxy) throws IOException {
        while (true) {
            RawClient client = new RawClient(proxy.port());
            if (isAlive(client)) {
                return client;
            }
            client.close();
        }
    }

    private static boolean isAlive(RawClient client) throws IOException {
        try {
            return client.send(LIVE + "\r\n").head().startsWith("HTTP/1.1 200") && client.line().equals("ok");
        } catch (SocketException cutOff) {
            return false;
        }
    }

    private void awaitNothingRunning() {
        while (door.cluster().node("n1").running() > 0) {
            Thread.onSpinWait();
        }
    }

    @Test
    void whoConnectsAndSaysNothingIsCutOff() throws Exception {
        try (HttpProxy proxy = door.proxy(HASTY); RawClient client = new RawClient(proxy.port())) {
            assertThat(client.rest()).isEmpty();
        }
    }

    @Test
    void whoDoesNotEndHisHeadersIsCutOff() throws Exception {
        try (HttpProxy proxy = door.proxy(HASTY); RawClient client = new RawClient(proxy.port())) {
            assertThat(client.send(LIVE + "X-Slow: 1").rest()).isEmpty();
        }
    }

    @Test
    void whoDoesNotEndTheHeadersOfAFurtherRequestIsCutOff() throws Exception {
        try (HttpProxy proxy = door.proxy(HASTY); RawClient client = answered(proxy)) {
            assertThat(client.send(LIVE).rest()).isEmpty();
        }
    }

    @Test
    void whoSaysNothingAfterAnAnswerIsLeftInPeace() throws Exception {
        try (HttpProxy proxy = door.proxy(LESS_HASTY); RawClient client = answered(proxy);
             RawClient silent = new RawClient(proxy.port())) {
            assertThat(silent.rest()).isEmpty();
            assertThat(client.send(LIVE + "\r\n").head()).startsWith("HTTP/1.1 200");
        }
    }

    @Test
    void whoSendsABodyTooSlowlyIsToldSo() throws Exception {
        try (HttpProxy proxy = door.proxy(FAST); RawClient client = new RawClient(proxy.port())) {
            client.send(RawClient.RECEIVE + RawClient.TOKEN + "Transfer-Encoding: chunked\r\n\r\n8\r\n0032");
            assertThat(client.rest()).startsWith("HTTP/1.1 408")
                .contains("trine: the request came at less than 1048576 bytes a second (limits.rate-min) (request ");
            awaitNothingRunning();
        }
    }

    @Test
    void whoTakesAnAnswerTooSlowlyIsCutOff() throws Exception {
        GitClient work = GitClient.in(dir.resolve("work"), Map.of());
        byte[] noise = new byte[24 << 20];
        new Random(1).nextBytes(noise);
        work.run("init", "--quiet");
        Files.write(dir.resolve("work/noise"), noise);
        work.run("add", ".");
        String head = work.commit("one");
        work.run("push", "--quiet", door.bare().toString(), "main");
        String body = "0032want " + head + "\n00000009done\n";
        try (HttpProxy proxy = door.proxy(FAST); RawClient client = new RawClient(proxy.port())) {
            client.send(RawClient.UPLOAD + RawClient.TOKEN + "Content-Length: " + body.length() + "\r\n\r\n" + body);
            assertThat(client.head()).startsWith("HTTP/1.1 200");
            awaitNothingRunning();
            assertThat(client.rest().length()).isLessThan(noise.length);
        }
    }
}
