package dev.trine.common.relay;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Lets few do something at the same moment, and the others wait, each in its lane: if hundreds do it at once, each step
 * of any of them waits behind all others for a processor, and none is done sooner for it. Users come by turns, so
 * one's hundreds do not hold up another's one. Whoever is not done after a while waits himself, for his client or
 * a node, and does not count from then on: the slow hold nobody up. Called by many threads.
 */
final class FairTurns {
    private static final Duration LOOK_EVERY = Duration.ofMillis(5);

    private final Supplier<Bound> bound;
    private final LongSupplier nanoTime;
    private final ReentrantLock lock = new ReentrantLock();
    private final Lanes<Condition> waiting = new Lanes<>();
    private final Set<Turn> counted = new HashSet<>();

    /**
     * How many may do it.
     *
     * @param max     so many at once
     * @param heldMax whoever has a turn for longer does not count
     */
    record Bound(int max, Duration heldMax) {
    }

    /** Gives turns, as many as may at each moment. */
    FairTurns(Supplier<Bound> bound, LongSupplier nanoTime) {
        this.bound = bound;
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
    Turn take(GitExchange.Lane lane) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            if (waiting.first().isPresent() || !isFree()) {
                await(lane);
            }
            Turn turn = new Turn(nanoTime.getAsLong());
            counted.add(turn);
            if (counted.size() < bound.get().max()) {
                wakeFirst();
            }
            return turn;
        } finally {
            lock.unlock();
        }
    }

    private void await(GitExchange.Lane lane) throws InterruptedException {
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
        Bound now = bound.get();
        if (counted.size() >= now.max()) {
            long longest = nanoTime.getAsLong() - now.heldMax().toNanos();
            counted.removeIf(turn -> turn.sinceNanos - longest < 0);
        }
        return counted.size() < now.max();
    }

    private void wakeFirst() {
        waiting.first().ifPresent(Condition::signal);
    }
}
