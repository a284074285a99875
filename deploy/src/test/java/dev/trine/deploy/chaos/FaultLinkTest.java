package dev.trine.deploy.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Bytes go through a fault link as its state says. */
class FaultLinkTest {
    private static final int SHORT_MILLIS = 300;
    private static final int LONG_MILLIS = 30_000;

    private ServerSocket server;
    private FaultLink link;

    @BeforeEach
    void open() throws IOException {
        server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        server.setSoTimeout(LONG_MILLIS);
        link = FaultLink.open("a>b", List.of(server.getLocalPort()));
    }

    @AfterEach
    void close() throws IOException {
        link.close();
        server.close();
    }

    private Socket client() throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(),
            Integer.parseInt(link.address().substring(link.address().indexOf(':') + 1)));
        socket.setSoTimeout(LONG_MILLIS);
        return socket;
    }

    private Socket accepted() throws IOException {
        Socket socket = server.accept();
        socket.setSoTimeout(LONG_MILLIS);
        return socket;
    }

    @Test
    void aHealthyLinkPassesBytesBothWaysAndTheEnd() throws IOException {
        try (Socket client = client(); Socket peer = accepted()) {
            client.getOutputStream().write(7);
            assertThat(peer.getInputStream().read()).isEqualTo(7);
            peer.getOutputStream().write(8);
            assertThat(client.getInputStream().read()).isEqualTo(8);
            client.shutdownOutput();
            assertThat(peer.getInputStream().read()).isEqualTo(-1);
        }
        assertThat(link.touched()).isZero();
    }

    @Test
    void aCutInOneDirectionHoldsItsBytesUntilItHeals() throws IOException {
        try (Socket client = client(); Socket peer = accepted()) {
            link.become(LinkState.HEALTHY.withCut(true, false));
            client.getOutputStream().write(7);
            peer.getOutputStream().write(8);
            assertThat(client.getInputStream().read()).isEqualTo(8);
            peer.setSoTimeout(SHORT_MILLIS);
            assertThatThrownBy(() -> peer.getInputStream().read()).isInstanceOf(SocketTimeoutException.class);
            await().atMost(Duration.ofSeconds(60)).until(() -> link.touched() > 0);
            link.become(LinkState.HEALTHY);
            peer.setSoTimeout(LONG_MILLIS);
            assertThat(peer.getInputStream().read()).isEqualTo(7);
        }
    }

    @Test
    void aDelayedByteArrivesLate() throws IOException {
        try (Socket client = client(); Socket peer = accepted()) {
            link.become(LinkState.HEALTHY.withDelay(Duration.ofMillis(SHORT_MILLIS)));
            long sent = System.nanoTime();
            client.getOutputStream().write(7);
            assertThat(peer.getInputStream().read()).isEqualTo(7);
            assertThat(Duration.ofNanos(System.nanoTime() - sent)).isGreaterThanOrEqualTo(
                Duration.ofMillis(SHORT_MILLIS - 1));
        }
    }

    @Test
    void aSlowLinkTakesItsTime() throws IOException {
        try (Socket client = client(); Socket peer = accepted()) {
            link.become(LinkState.HEALTHY.withBytesPerSecond(20_000));
            long sent = System.nanoTime();
            client.getOutputStream().write(new byte[10_000]);
            client.shutdownOutput();
            assertThat(peer.getInputStream().readAllBytes()).hasSize(10_000);
            assertThat(Duration.ofNanos(System.nanoTime() - sent)).isGreaterThanOrEqualTo(Duration.ofMillis(490));
        }
    }

    @Test
    void aResetEndsConnectionsAndNewOnesUntilItHeals() throws IOException {
        try (Socket client = client(); Socket peer = accepted()) {
            client.getOutputStream().write(7);
            assertThat(peer.getInputStream().read()).isEqualTo(7);
            link.become(LinkState.HEALTHY.withRefusal());
            assertThatThrownBy(() -> client.getInputStream().read()).isInstanceOf(IOException.class);
        }
        assertThatThrownBy(() -> { // where the client is slow, it is refused while it connects still
            try (Socket refused = client()) {
                if (refused.getInputStream().read() < 0) {
                    throw new IOException("closed");
                }
            }
        }).isInstanceOf(IOException.class);
        link.become(LinkState.HEALTHY);
        try (Socket client = client(); Socket peer = accepted()) {
            client.getOutputStream().write(9);
            assertThat(peer.getInputStream().read()).isEqualTo(9);
        }
    }

    /** A socket that has a port and does not listen there. */
    private static Socket deaf() throws IOException {
        Socket socket = new Socket();
        socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        return socket;
    }

    @Test
    void whenOneTargetIsAwayTheNextOneServes() throws IOException {
        try (Socket nobody = deaf();
             FaultLink both = FaultLink.open("a>routers", List.of(nobody.getLocalPort(), server.getLocalPort()))) {
            int port = Integer.parseInt(both.address().substring(both.address().indexOf(':') + 1));
            for (int i = 0; i < 4; i++) {
                try (Socket client = new Socket(InetAddress.getLoopbackAddress(), port); Socket peer = accepted()) {
                    client.getOutputStream().write(i);
                    assertThat(peer.getInputStream().read()).isEqualTo(i);
                }
            }
        }
    }

    @Test
    void linesOfANodeAreCutBothWaysAndOthersStay() throws Exception {
        int port = server.getLocalPort();
        try (Links links = Links.open(Map.of("n1", port, "n2", port), List.of(port), Optional.empty(),
            Optional.empty())) {
            links.isolate("n1");
            assertThat(links.cut()).containsExactlyInAnyOrder("front>n1", "n1>n2", "n2>n1");
            links.heal();
            assertThat(links.cut()).isEmpty();
            links.cutOneWay("n1", "n2");
            assertThat(links.cut()).containsExactlyInAnyOrder("n1>n2", "n2>n1");
        }
    }
}
