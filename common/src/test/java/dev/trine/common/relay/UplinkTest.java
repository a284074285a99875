package dev.trine.common.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is kept of a client's bytes. */
@Timeout(60)
class UplinkTest {
    @Test
    void whatIsKeptTakesRoomUntilTheExchangeIsOver() throws Exception {
        ReplayRoom room = new ReplayRoom(100_000);
        CountDownLatch over = new CountDownLatch(1);
        InputStream client = new InputStream() {
            private boolean said;

            @Override
            public int read() {
                throw new UnsupportedOperationException();
            }

            @Override
            public int read(byte[] into, int offset, int length) throws IOException {
                if (!said) {
                    said = true;
                    return 1000;
                }
                try {
                    over.await();
                    return -1;
                } catch (InterruptedException e) {
                    throw new IOException(e);
                }
            }
        };
        try (Uplink uplink = new Uplink(client, Duration.ZERO, room)) {
            while (room.bytesFree() == 100_000) {
                Thread.onSpinWait();
            }
            assertThat(room.bytesFree()).isBetween(98_000L, 99_000L);
            assertThat(uplink.failure()).isNull();
        }
        assertThat(room.bytesFree()).isEqualTo(100_000);
        over.countDown();
    }

    @Test
    void thereIsOnlySoMuchRoom() {
        ReplayRoom room = new ReplayRoom(100);
        assertThat(room.take(60)).isTrue();
        assertThat(room.take(60)).isFalse();
        assertThat(room.bytesFree()).isEqualTo(40);
        room.give(60);
        assertThat(room.take(100)).isTrue();
    }
}
