package dev.trine.common.audit;

import dev.trine.common.door.ClientHost;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/**
 * Which of those that are turned away the audit hears of: of those from one address the first of each minute, so that
 * nobody drives out other lines by coming again and again. Any thread.
 */
public final class TurnedAway {
    private static final Duration APART = Duration.ofMinutes(1);
    private static final Duration REMEMBERED = Duration.ofHours(1);
    static final int ADDRESSES_MAX = 100_000;
    private static final float LOAD = 0.75f;

    private final int perMinute;
    private final LongSupplier nanoTime;
    private final ReentrantLock lock = new ReentrantLock();
    /** Who came last is last. */
    private final Map<String, Tally> tallies = new LinkedHashMap<>(16, LOAD, true);

    /**
     * Nobody has come yet.
     *
     * @param perMinute how many of one address are heard of in a minute
     */
    public TurnedAway(int perMinute, LongSupplier nanoTime) {
        this.perMinute = perMinute;
        this.nanoTime = nanoTime;
    }

    /** What is known of one address; written under the lock. */
    private static final class Tally {
        private long minuteNanos; // when the first of this minute came
        private long lastNanos;
        private int heard; // of this minute
        private long unheard; // since the last that was

        Tally(long nanos) {
            this.minuteNanos = nanos;
        }

        /** How many the audit is to hear of with the one that comes now, itself included. */
        Optional<Long> comes(long nanos, int perMinute) {
            lastNanos = nanos;
            if (nanos - minuteNanos >= APART.toNanos()) {
                minuteNanos = nanos;
                heard = 0;
            }
            unheard++;
            if (heard == perMinute) {
                return Optional.empty();
            }
            long told = unheard;
            heard++;
            unheard = 0;
            return Optional.of(told);
        }
    }

    /**
     * One more from there: how many the audit is to hear of now, this one included; empty: it is not to hear now.
     *
     * @param client his address, with a port or without; of IPv6 the network counts
     */
    public Optional<Long> comes(String client) {
        lock.lock();
        try {
            long now = nanoTime.getAsLong();
            String host = ClientHost.of(client);
            forget(now, !tallies.containsKey(host) && tallies.size() >= ADDRESSES_MAX);
            return tallies.computeIfAbsent(host, first -> new Tally(now)).comes(now, perMinute);
        } finally {
            lock.unlock();
        }
    }

    /** Those whose last came an hour ago, and where one more has no room him who has not come for longest. */
    private void forget(long now, boolean full) {
        Iterator<Tally> oldest = tallies.values().iterator();
        boolean one = full;
        while (oldest.hasNext() && (now - oldest.next().lastNanos >= REMEMBERED.toNanos() || one)) {
            oldest.remove();
            one = false;
        }
    }
}
