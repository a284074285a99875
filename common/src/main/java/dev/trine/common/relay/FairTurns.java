package dev.trine.common.relay;

import java.time.Duration;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/**
 * Lets few do something at the same moment, and the others wait, each in its lane: if hundreds do it at once, each step
 * of any of them waits behind all others for a processor, and none is done sooner for it. The lanes come by turns, so
 * one user's hundreds do not hold up another's one. Whoever is not done after a while waits himself, for his client or
 * a node, and does not count from then on: the slow hold nobody up. Called by many threads.
 *
 * @param <L> names a lane
 */
final class FairTurns<L> {
    /** Whoever has a turn for so long needs no processor. */
    static final Duration HELD_MAX = Duration.ofMillis(20);
    private static final Duration LOOK_EVERY = Duration.ofMillis(5);

    private final int max;
    private final LongSupplier nanoTime;
    private final ReentrantLock lock = new ReentrantLock();
    private final Lanes<L, Condition> waiting = new Lanes<>();
    private final Set<Turn> counted = new HashSet<>();

    /**
     * Gives turns.
     *
     * @param max how many at once
     */
    FairTurns(int max) {
        this(max, System::nanoTime);
    }

    FairTurns(int max, LongSupplier nanoTime) {
        this.max = max;
        this.nanoTime = nanoTime;
    }

    /** The right to do it. */
    final class Turn implements AutoCloseable {
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
    Turn take(L lane) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            if (waiting.first().isPresent() || !isFree()) {
                await(lane);
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

    private void await(L lane) throws InterruptedException {
        Condition mine = lock.newCondition();
        waiting.add(lane, mine);
        try {
            // only the first looks by itself whether a turn is held by somebody who waits
            while (!isFirst(mine) || !isFree()) {
                if (isFirst(mine)) {
                    mine.await(LOOK_EVERY.toNanos(), TimeUnit.NANOSECONDS);
                } else {
                    mine.await();
                }
            }
        } finally {
            boolean first = isFirst(mine);
            waiting.remove(lane, mine);
            if (first) {
                wakeFirst();
            }
        }
    }

    private boolean isFirst(Condition waits) {
        return waiting.first().filter(next -> next == waits).isPresent();
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
        waiting.first().ifPresent(Condition::signal);
    }
}
