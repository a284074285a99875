package dev.trine.ssh;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Counts what runs for clients: to bound it, and to let it end before the proxy does. Called by many threads. */
final class Exchanges {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition none = lock.newCondition();
    private final int max;
    private int running;
    private boolean stopping;

    Exchanges(int max) {
        this.max = max;
    }

    /** Begins one, which is to be ended; or says in a sentence why it may not begin. */
    Optional<String> begin() {
        lock.lock();
        try {
            if (stopping) {
                return Optional.of("this proxy stops; try again");
            }
            if (running >= max) {
                return Optional.of(max + " fetches and pushes are running, which is the limit; try again");
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
            if (running == 0) {
                none.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Whether none may begin any more. */
    boolean isStopping() {
        lock.lock();
        try {
            return stopping;
        } finally {
            lock.unlock();
        }
    }

    /** Lets none begin any more, and waits for those that run, for a bounded time. */
    void stop(Duration patience) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            stopping = true;
            long nanos = patience.toNanos();
            while (running > 0 && nanos > 0) {
                nanos = none.awaitNanos(nanos);
            }
        } finally {
            lock.unlock();
        }
    }
}
