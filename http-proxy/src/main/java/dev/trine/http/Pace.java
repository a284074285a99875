package dev.trine.http;

import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/**
 * How fast a client sends its request, or takes its answer. It is too slow when it has been waited for longer than a
 * grace period and the time that its bytes take at the least rate; for how long others were waited for does not count.
 * Two threads: one moves bytes, another looks.
 */
final class Pace {
    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    private final ReentrantLock lock = new ReentrantLock();
    private final long bytesPerSecondMin;
    private final long graceNanos;
    private final LongSupplier clock;
    private long bytes;
    private long waitedNanos;
    private long waitsSince;
    private boolean waits;

    Pace(HttpLimits limits, LongSupplier clock) {
        this.bytesPerSecondMin = limits.rateMin().bytes();
        this.graceNanos = limits.rateGrace().toNanos();
        this.clock = clock;
    }

    /** From now on the client is waited for. */
    void waits() {
        lock.lock();
        try {
            waits = true;
            waitsSince = clock.getAsLong();
        } finally {
            lock.unlock();
        }
    }

    /** The client is not waited for any more; so many bytes have moved. */
    void moved(long count) {
        lock.lock();
        try {
            waitedNanos += clock.getAsLong() - waitsSince;
            waits = false;
            bytes += count;
        } finally {
            lock.unlock();
        }
    }

    boolean isTooSlow() {
        lock.lock();
        try {
            long waited = waitedNanos + (waits ? clock.getAsLong() - waitsSince : 0);
            return bytesPerSecondMin > 0
                && (double) (waited - graceNanos) / NANOS_PER_SECOND * bytesPerSecondMin > bytes;
        } finally {
            lock.unlock();
        }
    }
}
