package dev.trine.common.bulk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.trine.common.bulk.BulkReceiver.Received;
import dev.trine.common.config.HostPort;
import dev.trine.common.lifecycle.StartException;
import dev.trine.common.rpc.Security;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Both ends of a bulk connection, in clear. */
@Timeout(120)
class BulkTest {
    private static final Duration LONG = Duration.ofMinutes(1);
    private static final Duration SHORT = Duration.ofMillis(50);
    private static final HostPort NODE = new HostPort("127.0.0.1", 1);

    @TempDir
    private Path dir;
    private BulkListener listener;
    private BulkConnections connections;

    @BeforeEach
    void start() throws Exception {
        Security security = secret();
        listener = BulkListener.start(new HostPort("127.0.0.1", 0),
            new BulkSettings(true, Optional.empty(), Optional.empty()), security, LONG);
        connections = new BulkConnections(security, LONG);
    }

    @AfterEach
    void stop() throws Exception {
        listener.close();
    }

    private Security secret() throws IOException {
        Path secret = Files.writeString(dir.resolve("secret"), "s".repeat(40));
        return new Security(Optional.of(secret), Optional.empty());
    }

    private HostPort address() {
        return new HostPort("127.0.0.1", listener.port());
    }

    private BulkReceiver fetch(BulkToken token) {
        return connections.connect(NODE, address(), token).orElseThrow();
    }

    private BulkReceiver connected(BulkTransfer transfer) {
        BulkReceiver receiver = fetch(transfer.token());
        while (!transfer.isConnected()) {
            Thread.onSpinWait();
        }
        return receiver;
    }

    private static byte[] frame(byte[] content) {
        byte[] frame = new byte[BulkFrame.HEADER_BYTES + content.length];
        System.arraycopy(content, 0, frame, BulkFrame.HEADER_BYTES, content.length);
        return frame;
    }

    private static void send(BulkTransfer transfer, byte[] content) throws IOException {
        transfer.send(frame(content), BulkFrame.HEADER_BYTES + content.length);
    }

    @Test
    void whatIsSentArrivesInFramesUntilTheEnd() throws Exception {
        byte[] large = new byte[BulkFrame.BYTES_MAX - BulkFrame.HEADER_BYTES];
        new Random(1).nextBytes(large);
        ByteArrayOutputStream came = new ByteArrayOutputStream();
        try (BulkTransfer transfer = listener.offer(LONG); BulkReceiver receiver = connected(transfer)) {
            Thread sender = Thread.ofVirtual().start(() -> {
                try {
                    for (int i = 0; i < 20; i++) {
                        send(transfer, large);
                    }
                    send(transfer, new byte[] {7});
                    transfer.end();
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            });
            boolean last = false;
            while (receiver.next(LONG) == Received.FRAME) {
                came.write(receiver.content(), 0, receiver.length());
                last = receiver.isLastForNow();
            }
            sender.join();
            assertThat(last).isTrue();
        }
        assertThat(came.size()).isEqualTo(20 * large.length + 1);
        assertThat(Arrays.copyOf(came.toByteArray(), large.length)).isEqualTo(large);
        assertThat(came.toByteArray()[came.size() - 1]).isEqualTo((byte) 7);
    }

    @Test
    void aTokenThatNobodyWasGivenGetsNothing() throws Exception {
        try (BulkTransfer transfer = listener.offer(LONG);
             BulkReceiver stranger = fetch(new BulkToken(ByteString.copyFrom(new byte[BulkToken.BYTES])))) {
            assertThatThrownBy(() -> stranger.next(LONG)).isInstanceOf(IOException.class);
            assertThat(transfer.isConnected()).isFalse();
        }
    }

    @Test
    void aTokenIsGoodForOneConnection() throws Exception {
        try (BulkTransfer transfer = listener.offer(LONG);
             BulkReceiver first = connected(transfer);
             BulkReceiver second = fetch(transfer.token())) {
            assertThatThrownBy(() -> second.next(LONG)).isInstanceOf(IOException.class);
            send(transfer, new byte[] {1});
            assertThat(first.next(LONG)).isEqualTo(Received.FRAME);
        }
    }

    @Test
    void aTokenIsGoodOnlyWhileItsAnswerGoesOn() throws Exception {
        BulkTransfer transfer = listener.offer(LONG);
        transfer.close();
        try (BulkReceiver late = fetch(transfer.token())) {
            assertThatThrownBy(() -> late.next(LONG)).isInstanceOf(IOException.class);
        }
    }

    @Test
    void aConnectionThatIsCutInTheMiddleOfAFrameIsNotAnEnd() throws Exception {
        try (BulkTransfer transfer = listener.offer(LONG); BulkReceiver receiver = connected(transfer)) {
            send(transfer, new byte[10]);
            assertThat(receiver.next(LONG)).isEqualTo(Received.FRAME);
            transfer.close();
            assertThatThrownBy(() -> receiver.next(LONG)).isInstanceOf(IOException.class);
        }
    }

    @Test
    void aFrameThatComesInPiecesIsWaitedForWithoutLosingAny() throws Exception {
        try (ServerSocket node = new ServerSocket(0);
             BulkReceiver receiver = connections.connect(NODE, new HostPort("127.0.0.1", node.getLocalPort()),
                 new BulkToken(ByteString.copyFrom(new byte[BulkToken.BYTES]))).orElseThrow();
             Socket peer = node.accept()) {
            peer.getOutputStream().write(new byte[] {0, 0});
            assertThat(receiver.next(SHORT)).isEqualTo(Received.NOTHING);
            peer.getOutputStream().write(new byte[] {0, 2, 5});
            assertThat(receiver.next(SHORT)).isEqualTo(Received.NOTHING);
            peer.getOutputStream().write(new byte[] {6});
            assertThat(receiver.next(LONG)).isEqualTo(Received.FRAME);
            assertThat(Arrays.copyOf(receiver.content(), receiver.length())).containsExactly(5, 6);
        }
    }

    @Test
    void aFrameBeyondTheBoundIsRefused() throws Exception {
        for (byte[] header : new byte[][] {{0, 2, 0, 0}, {-1, -1, -1, -1}}) {
            try (ServerSocket node = new ServerSocket(0);
                 BulkReceiver receiver = connections.connect(NODE, new HostPort("127.0.0.1", node.getLocalPort()),
                     new BulkToken(ByteString.copyFrom(new byte[BulkToken.BYTES]))).orElseThrow();
                 Socket peer = node.accept()) {
                peer.getOutputStream().write(header);
                assertThatThrownBy(() -> receiver.next(LONG)).hasMessageContaining("a frame of");
            }
        }
    }

    @Test
    void whoTakesNothingForTooLongIsCut() throws Exception {
        try (BulkTransfer transfer = listener.offer(Duration.ofMillis(200));
             BulkReceiver receiver = connected(transfer)) {
            byte[] large = new byte[BulkFrame.BYTES_MAX - BulkFrame.HEADER_BYTES];
            assertThatThrownBy(() -> {
                while (true) {
                    send(transfer, large);
                }
            }).isInstanceOf(IOException.class);
            assertThat(transfer.isStalled()).isTrue();
        }
    }

    @Test
    void aTransferThatSendsNothingForLongerIsNotCut() throws Exception {
        try (BulkTransfer transfer = listener.offer(Duration.ofSeconds(1));
             BulkReceiver receiver = connected(transfer)) {
            assertThat(receiver.next(Duration.ofSeconds(3))).isEqualTo(Received.NOTHING);
            send(transfer, new byte[] {1});
            assertThat(receiver.next(LONG)).isEqualTo(Received.FRAME);
        }
    }

    @Test
    void aNodeWhosePortCannotBeReachedIsLeftAloneForAWhile() throws Exception {
        BulkTransfer transfer = listener.offer(LONG);
        assertThat(connections.mayTake(NODE)).isTrue();
        try (Socket bound = new Socket()) {
            bound.bind(new InetSocketAddress("127.0.0.1", 0)); // nobody listens there, nor can anybody begin to
            HostPort nowhere = new HostPort("127.0.0.1", bound.getLocalPort());
            assertThat(connections.connect(NODE, nowhere, transfer.token())).isEmpty();
        }
        assertThat(connections.mayTake(NODE)).isFalse();
        assertThat(connections.mayTake(new HostPort("127.0.0.1", 2))).isTrue();
    }

    @Test
    void whoSaysNothingIsCut() throws Exception {
        try (Socket mute = new Socket("127.0.0.1", listener.port()); InputStream in = mute.getInputStream()) {
            mute.shutdownOutput();
            assertThat(in.read()).isEqualTo(-1);
        }
    }

    @Test
    void whoSaysLittleByLittleIsCut() throws Exception {
        try (BulkListener strict = BulkListener.start(new HostPort("127.0.0.1", 0),
                 new BulkSettings(true, Optional.empty(), Optional.empty()), secret(), Duration.ofSeconds(2));
             Socket slow = new Socket("127.0.0.1", strict.port())) {
            slow.setSoTimeout(1000); // so it would take a quarter of a minute to say all
            boolean cut = false;
            for (int said = 1; said < BulkToken.BYTES && !cut; said++) {
                cut = isCutAfter(slow, said);
            }
            assertThat(cut).as("it is cut before it has said all").isTrue();
        }
    }

    private static boolean isCutAfter(Socket socket, int said) throws IOException {
        try {
            socket.getOutputStream().write(said);
            return socket.getInputStream().read() < 0;
        } catch (SocketTimeoutException notYet) {
            return false;
        } catch (SocketException reset) {
            return true;
        }
    }

    @Test
    void bytesAreNotExposedInClearText() {
        assertThatThrownBy(() -> BulkListener.start(new HostPort("127.0.0.1", 0),
            new BulkSettings(true, Optional.of(new HostPort("0.0.0.0", 0)), Optional.empty()), secret()))
            .isInstanceOf(StartException.class).hasMessageContaining("without TLS");
    }
}
