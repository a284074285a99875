package dev.trine.ssh;

import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/**
 * Counts what runs for clients: to bound it, and to let it end before the proxy does. A client that was connected
 * before the proxy stops may still say what it came for. Called by many threads.
 */
final class Exchanges {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition fewer = lock.newCondition();
    private final Set<Object> arriving = new HashSet<>();
    private final int max;
    private int running;
    private boolean stopping;

    Exchanges(int max) {
        this.max = max;
    }

    /** A client has connected, and will begin something or go. */
    void arrives(Object client) {
        lock.lock();
        try {
            arriving.add(client);
        } finally {
            lock.unlock();
        }
    }

    /** A client is gone. */
    void leaves(Object client) {
        lock.lock();
        try {
            arriving.remove(client);
            fewer.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Begins one for a client, which is to be ended; or says in a sentence why it may not begin. */
    Optional<String> begin(Object client) {
        lock.lock();
        try {
            arriving.remove(client);
            fewer.signalAll();
            if (stopping) {
                return Optional.of("this proxy stops; try again");
            }
            if (running >= max) {
                return Optional.of(max + " fetches and pushes are running, which is the limit of this proxy"
                    + " (limits.exchanges-max); try again in a moment");
            }
            running++;
            return Optional.empty();
        } finally {
            lock.unlock();
        }
    }

    /** Ends one that was begun. */
    void end() {
        lock.lock();
        try {
            running--;
            fewer.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits for those who have just come to begin, then lets none begin any more and waits for those that run, all for
     * a bounded time.
     */
    void stop(Duration patience) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long end = System.nanoTime() + patience.toNanos();
            awaitUntil(end - patience.dividedBy(2).toNanos(), arriving::isEmpty);
            stopping = true;
            awaitUntil(end, () -> running == 0);
        } finally {
            lock.unlock();
        }
    }

    private void awaitUntil(long end, BooleanSupplier reached) throws InterruptedException {
        long nanos = end - System.nanoTime();
        while (!reached.getAsBoolean() && nanos > 0) {
            nanos = fewer.awaitNanos(nanos);
        }
    }
}
