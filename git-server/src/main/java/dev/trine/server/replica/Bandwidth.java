package dev.trine.server.replica;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/**
 * The bytes per second that catching up may move, shared by all copies of a node. Each peer has at most one claim at a
 * time, and claims are served in the order made, so that no peer gets more of it by opening more streams. Pushes do not
 * ask. Called by many threads.
 */
final class Bandwidth {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
    /** What was not used may be used up to so much later. */
    private static final long SAVED_NANOS = SECOND / 10;

    private final long bytesPerSecond;
    private final LongSupplier nanos;
    private final Map<String, ReentrantLock> claims = new ConcurrentHashMap<>();
    private final ReentrantLock lock = new ReentrantLock();
    private long freeAtNanos; // guarded by lock: a claim and the next one's begin must be one step

    /**
     * Nothing was moved yet.
     *
     * @param bytesPerSecond 0: no limit
     * @param nanos          a clock that never jumps
     */
    Bandwidth(long bytesPerSecond, LongSupplier nanos) {
        this.bytesPerSecond = bytesPerSecond;
        this.nanos = nanos;
        this.freeAtNanos = nanos.getAsLong();
    }

    /** Waits until so many bytes may move to or from a peer. */
    void take(String peer, long bytes) throws InterruptedException {
        if (bytesPerSecond == 0) {
            return;
        }
        ReentrantLock claim = claims.computeIfAbsent(peer, name -> new ReentrantLock(true));
        claim.lockInterruptibly();
        try {
            TimeUnit.NANOSECONDS.sleep(claim(bytes));
        } finally {
            claim.unlock();
        }
    }

    /** Claims bytes; returns after how many nanoseconds they may move. */
    long claim(long bytes) {
        lock.lock();
        try {
            long now = nanos.getAsLong();
            long begin = Math.max(freeAtNanos, now - SAVED_NANOS);
            freeAtNanos = begin + (long) ((double) bytes * SECOND / bytesPerSecond);
            return Math.max(0, freeAtNanos - now);
        } finally {
            lock.unlock();
        }
    }

    /** How many bytes one claim should be for: not more than a fifth of a second's, so that others are not kept. */
    int claimBytes(int max) {
        return bytesPerSecond == 0 ? max : (int) Math.clamp(bytesPerSecond / 5, 1, max);
    }
}
