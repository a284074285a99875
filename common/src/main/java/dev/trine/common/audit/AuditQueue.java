package dev.trine.common.audit;

import dev.trine.common.config.ByteSize;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Events that wait for the disk, at most so many, and so much. Many threads add, one takes. */
final class AuditQueue {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Queue<Noted> waiting = new ArrayDeque<>();
    private final int max;
    private final ByteSize sizeMax;
    private long bytes; // of what waits
    private boolean closed;

    AuditQueue(int max, ByteSize sizeMax) {
        this.max = max;
        this.sizeMax = sizeMax;
    }

    /** An event and when it was noted. */
    record Noted(Instant at, AuditEvent event) {
    }

    /** Adds one; false: there is no room. */
    boolean offer(Noted noted) {
        lock.lock();
        try {
            long more = noted.event().bytes();
            if (closed || waiting.size() >= max || bytes + more > sizeMax.bytes()) {
                return false;
            }
            waiting.add(noted);
            bytes += more;
            changed.signalAll();
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Takes what waits, at most so many, and so much and the last of them; waits for the first for a bounded time. */
    List<Noted> take(int most, ByteSize mostSize, Duration patience) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long nanos = patience.toNanos();
            while (waiting.isEmpty() && !closed && nanos > 0) {
                nanos = changed.awaitNanos(nanos);
            }
            List<Noted> taken = new ArrayList<>();
            long left = bytes - mostSize.bytes();
            while (taken.size() < most && !waiting.isEmpty() && bytes > left) {
                Noted next = waiting.remove();
                bytes -= next.event().bytes();
                taken.add(next);
            }
            return taken;
        } finally {
            lock.unlock();
        }
    }

    /** Waits until it is closed, for a bounded time. */
    void awaitClosed(Duration patience) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long nanos = patience.toNanos();
            while (!closed && nanos > 0) {
                nanos = changed.awaitNanos(nanos);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Takes no more. */
    void close() {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Whether it takes no more. */
    boolean isClosed() {
        lock.lock();
        try {
            return closed;
        } finally {
            lock.unlock();
        }
    }

    /** Whether nothing waits, and nothing will. */
    boolean isOver() {
        lock.lock();
        try {
            return closed && waiting.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    /** Whether so much waits that the disk does not keep up. */
    boolean isHalfFull() {
        lock.lock();
        try {
            return waiting.size() * 2L > max || bytes * 2 > sizeMax.bytes();
        } finally {
            lock.unlock();
        }
    }
}
