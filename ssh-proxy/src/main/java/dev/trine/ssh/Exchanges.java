package dev.trine.ssh;

import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Counts what runs for clients, so that it can end before the proxy does. Called by many threads. */
final class Exchanges {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition none = lock.newCondition();
    private int running;
    private boolean stopping;

    /** Begins one; returns false if the proxy stops and none may begin. */
    boolean begin() {
        lock.lock();
        try {
            running += stopping ? 0 : 1;
            return !stopping;
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
    void stop(Duration max) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            stopping = true;
            long nanos = max.toNanos();
            while (running > 0 && nanos > 0) {
                nanos = none.awaitNanos(nanos);
            }
        } finally {
            lock.unlock();
        }
    }
}
