package dev.trine.common.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ProcessorDelayTest {
    private static final int ENOUGH = (int) (ProcessorDelay.LASTS_NANOS / ProcessorDelay.BEAT_NANOS) + 10;

    private final AtomicLong nanos = new AtomicLong();
    private final SynchronousQueue<Long> delays = new SynchronousQueue<>();
    private final List<Thread> watches = new CopyOnWriteArrayList<>();
    private final ProcessorDelay delay = new ProcessorDelay(nanos::get, this::sleep, this::thread);

    private Thread thread(Runnable watch) {
        Thread thread = Thread.ofPlatform().daemon().unstarted(watch);
        watches.add(thread);
        return thread;
    }

    private void sleep(long beat) {
        try {
            nanos.addAndGet(beat + delays.take());
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private void beats(long late) throws InterruptedException {
        beats(ENOUGH, late);
    }

    private void beats(int count, long late) throws InterruptedException {
        for (int i = 0; i < count; i++) {
            delay.isLong();
            delays.put(late);
        }
    }

    @Test
    void itIsLongWhileWhoeverIsReadyComesLate() throws Exception {
        assertThat(delay.isLong()).isFalse();
        beats(ProcessorDelay.LONG_NANOS / 2);
        assertThat(delay.isLong()).isFalse();
        beats(ProcessorDelay.LONG_NANOS * 2);
        assertThat(delay.isLong()).isTrue();
        beats(ENOUGH - 20, 0);
        assertThat(delay.isLong()).as("it lasts").isTrue();
        beats(0);
        assertThat(delay.isLong()).isFalse();
    }

    @Test
    void onceLateIsNotLong() throws Exception {
        beats(0);
        delays.put(ProcessorDelay.LONG_NANOS * 3 / 2);
        delays.put(0L);
        assertThat(delay.isLong()).isFalse();
    }

    @Test
    void itBeginsAnewAfterNobodyHasAsked() throws Exception {
        beats(ProcessorDelay.LONG_NANOS * 2);
        delays.put(ProcessorDelay.ASKED_NANOS); // so the watch ends
        watches.getFirst().join();
        assertThat(delay.isLong()).isFalse();
        beats(ProcessorDelay.LONG_NANOS * 2);
        assertThat(delay.isLong()).isTrue();
        assertThat(watches).hasSize(2);
    }
}
