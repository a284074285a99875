package dev.trine.common.bulk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trine.common.bulk.BulkReceiver.Received;
import dev.trine.common.config.HostPort;
import dev.trine.common.rpc.Security;
import dev.trine.common.rpc.TestAuthority;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
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

/** Bulk connections between members of a cluster that know each other by certificates. */
@Timeout(120)
class BulkTlsTest {
    private static final Duration LONG = Duration.ofMinutes(1);
    private static final HostPort NODE = new HostPort("127.0.0.1", 1);

    @TempDir
    private Path dir;
    private TestAuthority ours;
    private BulkListener listener;

    @BeforeEach
    void start() throws Exception {
        ours = TestAuthority.create(dir.resolve("ours"));
        listener = listener(ours.member("n1"));
    }

    @AfterEach
    void stop() throws Exception {
        listener.close();
    }

    private static BulkListener listener(Security security) throws Exception {
        return BulkListener.start(new HostPort("0.0.0.0", 0),
            new BulkSettings(true, Optional.empty(), Optional.empty()), security, LONG);
    }

    private static HostPort address(BulkListener of) {
        return new HostPort("127.0.0.1", of.port());
    }

    @Test
    void membersOfOneAuthorityExchangeFramesAndACutIsSeen() throws Exception {
        byte[] frame = new byte[BulkFrame.BYTES_MAX];
        new Random(3).nextBytes(frame);
        BulkConnections connections = new BulkConnections(ours.member("proxy"), LONG);
        try (BulkTransfer transfer = listener.offer(LONG);
             BulkReceiver receiver = connections.connect(NODE, address(listener), transfer.token()).orElseThrow()) {
            assertThat(receiver.next(Duration.ofMillis(20))).isEqualTo(Received.NOTHING);
            while (!transfer.isConnected()) {
                Thread.onSpinWait();
            }
            Thread.ofVirtual().start(() -> {
                try {
                    transfer.send(frame, frame.length);
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            });
            assertThat(receiver.next(LONG)).isEqualTo(Received.FRAME);
            assertThat(Arrays.copyOf(receiver.content(), receiver.length()))
                .isEqualTo(Arrays.copyOfRange(frame, BulkFrame.HEADER_BYTES, frame.length));
            transfer.close();
            assertThatThrownBy(() -> receiver.next(LONG)).isInstanceOf(IOException.class);
        }
    }

    @Test
    void whoWasSignedByAnotherAuthorityGetsNothingThoughHeHasAToken() throws Exception {
        Security stranger = TestAuthority.create(dir.resolve("theirs")).member("proxy");
        Security.Tls files = stranger.tls().orElseThrow();
        BulkConnections connections = new BulkConnections(new Security(Optional.empty(),
            Optional.of(new Security.Tls(files.certificate(), files.key(), ours.certificate()))), LONG);
        try (BulkTransfer transfer = listener.offer(LONG)) {
            Optional<BulkReceiver> receiver = connections.connect(NODE, address(listener), transfer.token());
            // with TLS 1.3 whoever connects may learn only when he reads that he was not let in
            if (receiver.isPresent()) {
                assertThatThrownBy(() -> receiver.get().next(LONG)).isInstanceOf(IOException.class);
            }
            assertThat(transfer.isConnected()).isFalse();
        }
    }

    @Test
    void whoSpeaksNoTlsGetsNothingThoughHeHasAToken() throws Exception {
        try (BulkTransfer transfer = listener.offer(LONG);
             Socket plain = new Socket("127.0.0.1", listener.port()); InputStream in = plain.getInputStream()) {
            plain.getOutputStream().write(transfer.token().value().toByteArray());
            plain.shutdownOutput();
            in.readAllBytes(); // an alert, then the end
            assertThat(transfer.isConnected()).isFalse();
        }
    }

    @Test
    void aNodeOfAnotherAuthorityIsShownNoToken() throws Exception {
        try (BulkListener impostor = listener(TestAuthority.create(dir.resolve("theirs")).member("n1"));
             BulkTransfer transfer = impostor.offer(LONG)) {
            BulkConnections connections = new BulkConnections(ours.member("proxy"), LONG);
            assertThat(connections.connect(NODE, address(impostor), transfer.token())).isEmpty();
            assertThat(connections.mayTake(NODE)).isFalse();
        }
    }
}
