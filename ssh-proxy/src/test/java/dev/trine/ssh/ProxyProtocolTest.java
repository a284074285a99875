package dev.trine.ssh;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** ssh through a load balancer that names its clients. */
@Timeout(120)
class ProxyProtocolTest {
    @TempDir
    private Path dir;

    /** Passes connections on to a port, after some first bytes. */
    private record LoadBalancer(ServerSocket socket, int to, String first) implements AutoCloseable {
        static LoadBalancer start(int to, String first) throws IOException {
            LoadBalancer balancer =
                new LoadBalancer(new ServerSocket(0, 10, InetAddress.getLoopbackAddress()), to, first);
            Thread.ofVirtual().start(balancer::serve);
            return balancer;
        }

        private void serve() {
            while (!socket.isClosed()) {
                try {
                    Socket client = socket.accept();
                    Socket server = new Socket("127.0.0.1", to);
                    server.getOutputStream().write(first.getBytes(StandardCharsets.ISO_8859_1));
                    Thread.ofVirtual().start(() -> pass(client, server));
                    Thread.ofVirtual().start(() -> pass(server, client));
                } catch (IOException closed) {
                    return;
                }
            }
        }

        private static void pass(Socket from, Socket to) {
            try (from; to; OutputStream out = to.getOutputStream()) {
                from.getInputStream().transferTo(out);
            } catch (IOException gone) {
                // either end has closed
            }
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    private static String through(SshDoor door, String first, String command) throws Exception {
        try (LoadBalancer balancer = LoadBalancer.start(door.port(), first)) {
            return door.ssh("-o", "HostKeyAlias=[127.0.0.1]:" + door.port(), "-p",
                Integer.toString(balancer.socket().getLocalPort()), "git@127.0.0.1", command);
        }
    }

    @Test
    void theClientsAddressIsTheOneThatATrustedLoadBalancerNames() throws Exception {
        try (SshDoor door = SshDoor.forAlice(dir, "proxy-protocol-from: [127.0.0.0/8]\n")) {
            assertThat(through(door, "PROXY TCP4 203.0.113.9 192.0.2.1 56324 22\r\n", "git-upload-pack 'g/r'"))
                .contains("0000");
            assertThat(door.cluster().node("n1").opened().getLast().getClientAddress())
                .isEqualTo("/203.0.113.9:56324");
            assertThat(door.ssh("git@127.0.0.1", "whoami")).as("without a header").endsWith("exit 255");
        }
    }

    @Test
    void aHeaderFromAnybodyElseIsNotBelieved() throws Exception {
        try (SshDoor door = SshDoor.forAlice(dir, "proxy-protocol-from: [203.0.113.0/24]\n")) {
            assertThat(through(door, "PROXY TCP4 127.0.0.1 127.0.0.1 1 22\r\n", "whoami")).endsWith("exit 255");
            assertThat(through(door, "", "whoami")).startsWith("alice\n");
        }
    }

    @Test
    void limitsHoldForTheAddressThatIsNamed() throws Exception {
        try (SshDoor door = SshDoor.forAlice(dir, """
            proxy-protocol-from: [127.0.0.1]
            limits: {sessions-per-address-max: 1}
            """);
            LoadBalancer one = LoadBalancer.start(door.port(), "PROXY TCP4 203.0.113.1 192.0.2.1 1 22\r\n")) {
            Process first = door.start("-o", "HostKeyAlias=[127.0.0.1]:" + door.port(), "-p",
                Integer.toString(one.socket().getLocalPort()), "git@127.0.0.1", "git-upload-pack 'g/r'");
            assertThat(first.getInputStream().read()).isPositive();
            assertThat(through(door, "PROXY TCP4 203.0.113.1 192.0.2.1 2 22\r\n", "whoami"))
                .contains("trine: 1 connections from 203.0.113.1 are open, which is the limit"
                    + " (limits.sessions-per-address-max); let some finish, then try again").endsWith("exit 255");
            assertThat(through(door, "PROXY TCP4 203.0.113.2 192.0.2.1 1 22\r\n", "whoami")).startsWith("alice\n");
            first.destroyForcibly().waitFor();
        }
    }
}
