package dev.trine.server.kept;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trine.common.config.ByteSize;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A stream ends with the thread that makes it, whatever happens to that. */
@Timeout(180)
class MakingTest {
    @TempDir
    private Path directory;
    private StreamCache cache;
    private StreamCache.Taken.ToMake taken;
    private SharedStream.Reading joined;

    @BeforeEach
    void take() throws IOException {
        cache = StreamCache.open(directory, new CacheLimits(new ByteSize(1 << 20), new ByteSize(1 << 20), 10), 0);
        taken = (StreamCache.Taken.ToMake) cache.take("key");
        joined = ((StreamCache.Taken.Made) cache.take("key")).reading();
    }

    private int next(SharedStream.Reading reading) throws IOException {
        int length = 0;
        while (length == 0) {
            length = reading.next(new byte[CachedFile.BLOCK_BYTES], 0);
        }
        return length;
    }

    @Test
    void whatIsMadeIsWholeForAllWhoRead() throws IOException {
        try (Making making = Making.start("maker", taken.stream(), () -> {
            taken.stream().append(new byte[7], 0, 7);
            return "Total";
        })) {
            for (SharedStream.Reading each : new SharedStream.Reading[] {taken.reading(), joined}) {
                assertThat(next(each)).isEqualTo(7);
                assertThat(next(each)).isEqualTo(-1);
                assertThat(each.statistics()).isEqualTo("Total");
            }
        }
        assertThat(taken.stream().isMaking()).isFalse();
    }

    @Test
    void whoeverFailsFailsForAllWhoRead() {
        try (Making making = Making.start("maker", taken.stream(), () -> {
            throw new OutOfMemoryError("heap");
        })) {
            assertThatThrownBy(() -> next(joined)).hasMessageContaining("heap");
            assertThatThrownBy(() -> next(taken.reading())).hasMessageContaining("heap");
        }
    }

    @Test
    void aThreadThatCannotBeHadLeavesNobodyWaiting() {
        assertThatThrownBy(() -> Making.start(work -> new Thread(work) {
            @Override
            public void start() {
                throw new OutOfMemoryError("unable to create native thread");
            }
        }, taken.stream(), () -> "")).isInstanceOf(OutOfMemoryError.class);
        assertThatThrownBy(() -> next(joined)).isInstanceOf(SharedStream.FailedException.class)
            .hasMessageContaining("unable to create native thread");
        assertThat(cache.take("key")).isInstanceOf(StreamCache.Taken.ToMake.class);
    }

    @Test
    void whoClosesWaitsForTheEnd() {
        CountDownLatch closing = new CountDownLatch(1);
        AtomicBoolean ended = new AtomicBoolean();
        try (Making making = Making.start("maker", taken.stream(), () -> {
            for (boolean waits = true; waits;) {
                try {
                    closing.await();
                    waits = false;
                } catch (InterruptedException e) {
                    closing.countDown(); // the one who closes was interrupted, and passed it on
                }
            }
            ended.set(true);
            return "";
        })) {
            Thread.currentThread().interrupt();
        }
        assertThat(Thread.interrupted()).isTrue();
        assertThat(ended).isTrue();
    }
}
