package dev.trine.common.bulk;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/**
 * Lets few large answers be moved at the same moment, a megabyte each, and the others wait in the order in which they
 * came: if hundreds are, each step of any other request waits behind all of them for a processor, and none of them is
 * done sooner for it. One that has not moved its megabyte for a while waits itself, for its client or the node, and
 * does not count from then on: slow clients hold nobody up. Called by many threads.
 */
public final class MovingTurns {
    /** What is moved in one turn. */
    public static final long BYTES = 1 << 20;
    /** Whoever has a turn for so long needs no processor. */
    static final Duration HELD_MAX = Duration.ofMillis(20);
    private static final Duration LOOK_EVERY = Duration.ofMillis(5);

    private final int max;
    private final LongSupplier nanoTime;
    private final ReentrantLock lock = new ReentrantLock();
    private final Deque<Condition> waiting = new ArrayDeque<>();
    private final Set<Turn> counted = new HashSet<>();

    /**
     * Gives turns.
     *
     * @param max how many at once; 0: one for each processor
     */
    public MovingTurns(int max) {
        this(max, System::nanoTime);
    }

    MovingTurns(int max, LongSupplier nanoTime) {
        this.max = max > 0 ? max : Runtime.getRuntime().availableProcessors();
        this.nanoTime = nanoTime;
    }

    /** The right to move a megabyte. */
    public final class Turn implements AutoCloseable {
        private final long sinceNanos;

        private Turn(long sinceNanos) {
            this.sinceNanos = sinceNanos;
        }

        @Override
        public void close() {
            lock.lock();
            try {
                if (counted.remove(this)) {
                    wakeFirst();
                }
            } finally {
                lock.unlock();
            }
        }
    }

    /** Waits for a turn, which the caller closes. */
    public Turn take() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            if (!waiting.isEmpty() || !isFree()) {
                await();
            }
            Turn turn = new Turn(nanoTime.getAsLong());
            counted.add(turn);
            if (counted.size() < max) {
                wakeFirst();
            }
            return turn;
        } finally {
            lock.unlock();
        }
    }

    private void await() throws InterruptedException {
        Condition mine = lock.newCondition();
        waiting.addLast(mine);
        try {
            // only the first looks by itself whether a turn is held by somebody who waits
            while (waiting.getFirst() != mine || !isFree()) {
                if (waiting.getFirst() == mine) {
                    mine.await(LOOK_EVERY.toNanos(), TimeUnit.NANOSECONDS);
                } else {
                    mine.await();
                }
            }
        } finally {
            boolean first = waiting.getFirst() == mine;
            waiting.remove(mine);
            if (first) {
                wakeFirst();
            }
        }
    }

    private boolean isFree() {
        if (counted.size() >= max) {
            long now = nanoTime.getAsLong();
            for (Iterator<Turn> each = counted.iterator(); each.hasNext();) {
                if (now - each.next().sinceNanos > HELD_MAX.toNanos()) {
                    each.remove();
                }
            }
        }
        return counted.size() < max;
    }

    private void wakeFirst() {
        if (!waiting.isEmpty()) {
            waiting.getFirst().signal();
        }
    }
}
