package dev.trine.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of requests when the proxy stops. */
@Timeout(60)
class ProxyStopTest {
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
        String healthz = "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n";
        Thread stopping = Thread.ofVirtual().unstarted(this::stopProxy);
        try (RawClient running = new RawClient(proxy.port()); RawClient open = new RawClient(proxy.port())) {
            running.send(RawClient.UPLOAD + RawClient.TOKEN + "Git-Protocol: version=2\r\n"
                + "Transfer-Encoding: chunked\r\n\r\n14\r\n0014command=ls-refs\n\r\n");
            awaitOneRunning();
            stopping.start();
            String head = open.send(healthz).head();
            while (head.startsWith("HTTP/1.1 200")) {
                assertThat(open.line()).isEqualTo("ok");
                head = open.send(healthz).head();
            }
            assertThat(head).startsWith("HTTP/1.1 503").contains("Retry-After: 5");
            assertThat(open.line()).startsWith("trine: this proxy stops; try again (request ");
            assertThat(running.send("4\r\n0000\r\n0\r\n\r\n").head()).startsWith("HTTP/1.1 200");
        }
        stopping.join();
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
