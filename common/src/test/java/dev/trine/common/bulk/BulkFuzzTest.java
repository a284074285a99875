package dev.trine.common.bulk;

import static dev.trine.common.fuzz.Hostile.SEED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.trine.common.bulk.BulkReceiver.Received;
import dev.trine.common.fuzz.Hostile;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Whatever comes on a bulk connection, it is frames, or the answer breaks off. */
class BulkFuzzTest {
    /** A connection whose other end has said all it will. */
    private static final class Said extends Socket {
        private final InputStream in;

        Said(byte[] bytes) {
            in = new ByteArrayInputStream(bytes);
        }

        @Override
        public InputStream getInputStream() {
            return in;
        }

        @Override
        public synchronized void setSoTimeout(int millis) {
            // all is there
        }
    }

    private static BulkReceiver receiver(byte[] bytes) {
        Said socket = new Said(bytes);
        return new BulkReceiver(new BulkSocket(socket, socket));
    }

    private static byte[] frames(List<byte[]> contents) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] content : contents) {
            byte[] header = new byte[BulkFrame.HEADER_BYTES];
            BulkFrame.writeLength(header, content.length);
            out.writeBytes(header);
            out.writeBytes(content);
        }
        out.writeBytes(new byte[BulkFrame.HEADER_BYTES]);
        return out.toByteArray();
    }

    @Provide
    Arbitrary<byte[]> streams() {
        return Arbitraries.oneOf(Hostile.bytes(), Hostile.damaged(frames(List.of(new byte[5], new byte[300]))));
    }

    @Property(tries = 2000, seed = SEED)
    void aStreamIsFramesOrBreaksOff(@ForAll("streams") byte[] stream) {
        int frames = Hostile.bounded(() -> {
            int count = 0;
            BulkReceiver receiver = receiver(stream);
            try {
                while (receiver.next(Duration.ofSeconds(1)) == Received.FRAME) {
                    count++;
                    assertThat(receiver.length()).isBetween(1, stream.length);
                    assertThat(receiver.content()).hasSizeLessThanOrEqualTo(BulkFrame.BYTES_MAX);
                }
            } catch (IOException broken) {
                assertThat(broken.getMessage()).isNotEmpty();
            }
            return count;
        });
        assertThat(frames).isLessThanOrEqualTo(stream.length / BulkFrame.HEADER_BYTES);
    }

    @Provide
    Arbitrary<List<byte[]>> contents() {
        return Arbitraries.bytes().array(byte[].class).ofMinSize(1).ofMaxSize(2000).list().ofMaxSize(5);
    }

    @Property(tries = 300, seed = SEED)
    void whatIsSentIsReceived(@ForAll("contents") List<byte[]> contents) throws IOException {
        BulkReceiver receiver = receiver(frames(contents));
        for (byte[] content : contents) {
            assertThat(receiver.next(Duration.ofSeconds(1))).isEqualTo(Received.FRAME);
            assertThat(Arrays.copyOf(receiver.content(), receiver.length())).isEqualTo(content);
        }
        assertThat(receiver.next(Duration.ofSeconds(1))).isEqualTo(Received.END);
    }
}
