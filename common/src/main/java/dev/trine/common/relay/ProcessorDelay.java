package dev.trine.common.relay;

import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/**
 * How long virtual threads that are ready wait for a processor: one that sleeps again and again sees how late it wakes.
 * It does so only while somebody asks. Called by many threads.
 */
final class ProcessorDelay {
    static final long BEAT_NANOS = 4_000_000;
    /** Whoever is ready comes so late where there is more to do than there are processors. */
    static final long LONG_NANOS = 1_000_000;
    /** So long it counts: what is held back meanwhile would else come all at once, and again be too much. */
    static final long LASTS_NANOS = 500_000_000;
    static final long ASKED_NANOS = 1_000_000_000;
    /** The delay is that of about so many beats. */
    private static final int BEATS = 2;

    private final LongSupplier nanoTime;
    private final LongConsumer sleep;
    private final ThreadFactory threads;
    private final AtomicBoolean watching = new AtomicBoolean();
    private volatile long askedNanos;
    private volatile boolean late;
    private volatile long lateNanos;

    ProcessorDelay() {
        this(System::nanoTime, LockSupport::parkNanos,
            Thread.ofVirtual().name("processor-delay").factory());
    }

    /**
     * Measures with these.
     *
     * @param sleep   is given nanoseconds, and returns when the thread has a processor again
     * @param threads makes the one that sleeps
     */
    ProcessorDelay(LongSupplier nanoTime, LongConsumer sleep, ThreadFactory threads) {
        this.threads = threads;
        this.nanoTime = nanoTime;
        this.sleep = sleep;
    }

    /** Whether it was long within the last half second. */
    boolean isLong() {
        askedNanos = nanoTime.getAsLong();
        if (!watching.get() && watching.compareAndSet(false, true)) {
            threads.newThread(this::watch).start();
        }
        return late && askedNanos - lateNanos < LASTS_NANOS;
    }

    /** Until nobody has asked for a second. */
    private void watch() {
        long delay = 0;
        long now = nanoTime.getAsLong();
        while (now - askedNanos < ASKED_NANOS) {
            sleep.accept(BEAT_NANOS);
            long woken = nanoTime.getAsLong();
            delay += (Math.max(0, woken - now - BEAT_NANOS) - delay) / BEATS;
            if (delay > LONG_NANOS) {
                lateNanos = woken;
                late = true;
            }
            now = woken;
        }
        late = false;
        watching.set(false);
    }
}
