package dev.trine.server.replica;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.trine.common.model.ObjectName;
import dev.trine.proto.PackChunk;
import dev.trine.server.repo.PackCopy;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RangesAheadTest {
    private static final int LENGTH = 3;
    private static final PackCopy.Part PART = new PackCopy.Part("pack", 300, new ObjectName("1".repeat(40)));

    private final ByteArrayOutputStream taken = new ByteArrayOutputStream();

    private static List<RangesAhead.Range> ranges(int count) {
        return IntStream.range(0, count).mapToObj(i -> new RangesAhead.Range(PART, (long) i * LENGTH, LENGTH)).toList();
    }

    private static PackChunk chunk(RangesAhead.Range range, int from, int to) {
        byte[] bytes = new byte[to - from];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (range.offset() + from + i);
        }
        return PackChunk.newBuilder().setData(ByteString.copyFrom(bytes)).build();
    }

    private byte[] ascending(int count) {
        byte[] bytes = new byte[count];
        for (int i = 0; i < count; i++) {
            bytes[i] = (byte) i;
        }
        return bytes;
    }

    private void takeAll(int count, RangesAhead.Fetch fetch) throws Exception {
        try (RangesAhead ahead = new RangesAhead(ranges(count).iterator(), fetch)) {
            ahead.takeAll((part, bytes) -> taken.writeBytes(bytes));
        }
    }

    @Test
    void laterRangesComeWhileTheFirstIsStillUnderWayAndAreHandedOutAfterIt() throws Exception {
        CountDownLatch others = new CountDownLatch(RangesAhead.AHEAD - 1);
        AtomicInteger open = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        takeAll(20, (range, to) -> {
            most.accumulateAndGet(open.incrementAndGet(), Math::max);
            if (range.offset() == 0) {
                others.await();
            }
            to.take(chunk(range, 0, 2));
            to.take(chunk(range, 2, LENGTH));
            open.decrementAndGet();
            others.countDown();
        });
        assertThat(taken.toByteArray()).isEqualTo(ascending(20 * LENGTH));
        assertThat(most.get()).isLessThanOrEqualTo(RangesAhead.AHEAD);
    }

    @Test
    void whatCameBeforeAFailureIsTakenAndWhatIsUnderWayEnds() {
        AtomicBoolean ended = new AtomicBoolean();
        assertThatThrownBy(() -> takeAll(3, (range, to) -> {
            if (range.offset() > 0) {
                try {
                    new CountDownLatch(1).await();
                } finally {
                    ended.set(true);
                }
            }
            to.take(chunk(range, 0, 2));
            throw new PeerUnavailableException("gone");
        })).isInstanceOf(PeerUnavailableException.class).hasMessage("gone");
        assertThat(taken.toByteArray()).isEqualTo(ascending(2));
        assertThat(ended).isTrue();
    }

    @Test
    void tooFewOrTooManyBytesAreACorruptPack() {
        assertThatThrownBy(() -> takeAll(1, (range, to) -> to.take(chunk(range, 0, 2))))
            .isInstanceOf(CorruptPackException.class).hasMessageContaining("fewer");
        assertThatThrownBy(() -> takeAll(1, (range, to) -> to.take(chunk(range, 0, LENGTH + 1))))
            .isInstanceOf(CorruptPackException.class).hasMessageContaining("more");
    }

    @Test
    void aDiskThatTakesNoMoreEndsWhatIsUnderWay() throws Exception {
        try (RangesAhead ahead = new RangesAhead(ranges(9).iterator(), (range, to) -> to.take(chunk(range, 0, 3)))) {
            assertThatThrownBy(() -> ahead.takeAll((part, bytes) -> {
                throw new IOException("full");
            })).isInstanceOf(IOException.class).hasMessage("full");
        }
    }
}
