package dev.trine.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of requests when the proxy stops. */
@Timeout(180)
class ProxyStopTest {
    private static final int OPEN = 50;

    @TempDir
    private Path dir;
    private Door door;
    private HttpProxy proxy;

    @BeforeEach
    void start() throws Exception {
        door = new Door(dir);
        proxy = door.usual();
    }

    @AfterEach
    void stop() throws Exception {
        proxy.close();
        door.close();
    }

    @Test
    void aRunningRequestIsFinishedWhenTheProxyStopsAndNoNewOneIsTaken() throws Exception {
        try (RawClient client = new RawClient(proxy.port())) {
            client.send(RawClient.UPLOAD + RawClient.TOKEN + "Git-Protocol: version=2\r\nTransfer-Encoding: chunked\r\n"
                + "\r\n14\r\n0014command=ls-refs\n\r\n");
            awaitOneRunning();
            Thread stopping = Thread.ofVirtual().start(this::stopProxy);
            awaitTurnedAway();
            assertThat(client.send("4\r\n0000\r\n0\r\n\r\n").head()).startsWith("HTTP/1.1 200");
            stopping.join();
            assertThat(client.rest()).contains("0000");
        }
    }

    @Test
    void aFurtherRequestOverAnOpenConnectionIsToldThatTheProxyStops() throws Exception {
        Thread stopping = Thread.ofVirtual().unstarted(this::stopProxy);
        Deque<RawClient> open = new ArrayDeque<>();
        try (RawClient running = new RawClient(proxy.port())) {
            for (int i = 0; i < OPEN; i++) {
                open.add(new RawClient(proxy.port()));
            }
            running.send(RawClient.UPLOAD + RawClient.TOKEN + "Git-Protocol: version=2\r\n"
                + "Transfer-Encoding: chunked\r\n\r\n14\r\n0014command=ls-refs\n\r\n");
            awaitOneRunning();
            stopping.start();
            await().atMost(Duration.ofMinutes(1)).pollInterval(Duration.ofMillis(100)).until(() -> {
                try (RawClient next = open.remove()) {
                    return isTurnedAway(next);
                }
            });
            assertThat(running.send("4\r\n0000\r\n0\r\n\r\n").head()).startsWith("HTTP/1.1 200");
        } finally {
            for (RawClient rest : open) {
                rest.close();
            }
        }
        stopping.join();
    }

    /** False: the proxy does not stop yet; or it is about to, and closed a connection that was idle just then. */
    private static boolean isTurnedAway(RawClient client) {
        try {
            String head = client.send("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n").head();
            if (head.isEmpty() || head.startsWith("HTTP/1.1 200")) {
                return false;
            }
            assertThat(head).startsWith("HTTP/1.1 503").contains("Retry-After: 5");
            assertThat(client.line()).startsWith("trine: this proxy stops; try again (request ");
            return true;
        } catch (IOException closed) {
            return false;
        }
    }

    private void stopProxy() {
        try {
            proxy.close();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private void awaitOneRunning() {
        while (door.cluster().node("n1").running() == 0) {
            Thread.onSpinWait();
        }
    }

    private void awaitTurnedAway() throws Exception {
        while (true) {
            try (RawClient late = new RawClient(proxy.port())) {
                late.send("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n");
                String status = late.line();
                if (!status.contains(" 200 ")) {
                    return;
                }
            } catch (IOException refused) {
                return;
            }
        }
    }
}
