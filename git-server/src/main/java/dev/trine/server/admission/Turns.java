package dev.trine.server.admission;

import dev.trine.server.pkt.OverLimitException;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns for one kind of work of a node. Who has to wait for one is told his place, and refused when too many wait
 * already, or he has waited too long. Called by many threads.
 */
public final class Turns {
    private static final Logger LOG = LoggerFactory.getLogger(Turns.class);
    private static final Duration BETWEEN_SIGNS = Duration.ofSeconds(1);

    private final Purpose purpose;
    private final LongSupplier nanos;
    // The lock guards the queue and who waits in it, which change together.
    private final ReentrantLock lock = new ReentrantLock();
    private final FairQueue queue;
    private final Map<Ticket, Condition> sleepers = new HashMap<>();
    private final Map<Object, Ticket> jobs = new HashMap<>();
    private volatile Duration waitMax;
    private boolean refuses;

    /**
     * None is taken yet.
     *
     * @param nanos a clock like {@link System#nanoTime}
     */
    Turns(Purpose purpose, QueueLimits limits, Duration waitMax, LongSupplier nanos) {
        this.purpose = purpose;
        this.waitMax = waitMax;
        this.nanos = nanos;
        this.queue = new FairQueue(limits);
    }

    /**
     * From now on these bounds hold, for those who wait already, too. What has its turn keeps it, and nobody who waits
     * is sent away because the queue is shorter now.
     *
     * @param waitMaxNow longest wait
     */
    void limit(QueueLimits limits, Duration waitMaxNow) {
        lock.lock();
        try {
            waitMax = waitMaxNow;
            wake(queue.limit(limits));
        } finally {
            lock.unlock();
        }
    }

    /** Fails if he would be refused now. */
    public void requireRoom(Claimant who) throws OverLimitException {
        lock.lock();
        try {
            Optional<FairQueue.Bound> full = queue.full(who);
            if (full.isPresent() && !queue.mayRun(who)) {
                throw full(full.get());
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits for a turn, which the caller closes.
     *
     * @param job    what is to be done; others who want the same may claim it while it waits
     * @param client who waits for it
     * @throws IOException        nobody waits any more
     * @throws OverLimitException the turn does not come
     */
    public Turn await(Claimant who, Object job, Waiting client) throws IOException, OverLimitException {
        long begun = nanos.getAsLong();
        Ticket ticket = enter(who, job);
        boolean granted = false;
        try {
            Told told = new Told(client);
            int place = sleep(ticket);
            while (place > 0) {
                if (isTooLong(begun)) {
                    throw refused(purpose.tooLong(waitMax, limits()));
                }
                told.place(place);
                place = sleep(ticket);
            }
            told.done();
            granted = true;
            return new Turn(() -> leave(ticket));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for a turn", e);
        } finally {
            rise(ticket, job);
            if (!granted) {
                leave(ticket);
            }
        }
    }

    /** Whether somebody who began to wait then has waited for as long as anybody may. */
    public boolean isTooLong(long begunNanos) {
        return nanos.getAsLong() - begunNanos >= waitMax.toNanos();
    }

    /** Now, by the clock of the waits. */
    public long now() {
        return nanos.getAsLong();
    }

    /** Somebody else waits for the same job: if it waits for its turn, it stands in his lane, too. */
    public void claim(Object job, Claimant also) {
        lock.lock();
        try {
            Ticket ticket = jobs.get(job);
            if (ticket != null) {
                wake(queue.claim(ticket, also));
            }
        } finally {
            lock.unlock();
        }
    }

    /** How many wait. */
    public int waiting() {
        lock.lock();
        try {
            return queue.waiting();
        } finally {
            lock.unlock();
        }
    }

    private Ticket enter(Claimant who, Object job) throws OverLimitException {
        lock.lock();
        try {
            return switch (queue.enter(who)) {
                case FairQueue.Entered.Full full -> throw full(full.bound());
                case FairQueue.Entered.Taken taken -> {
                    if (!taken.ticket().isRunning()) {
                        sleepers.put(taken.ticket(), lock.newCondition());
                        jobs.put(job, taken.ticket());
                    }
                    yield taken.ticket();
                }
            };
        } finally {
            lock.unlock();
        }
    }

    /** Waits until it is time for a sign of life; returns the place, 0: it has its turn. */
    private int sleep(Ticket ticket) throws InterruptedException {
        lock.lock();
        try {
            long left = Math.min(BETWEEN_SIGNS.toNanos(), waitMax.toNanos());
            while (!ticket.isRunning() && left > 0) {
                left = sleepers.get(ticket).awaitNanos(left);
            }
            return ticket.isRunning() ? 0 : queue.place(ticket);
        } finally {
            lock.unlock();
        }
    }

    private void rise(Ticket ticket, Object job) {
        lock.lock();
        try {
            sleepers.remove(ticket);
            jobs.remove(job, ticket);
        } finally {
            lock.unlock();
        }
    }

    private void leave(Ticket ticket) {
        lock.lock();
        try {
            wake(queue.leave(ticket));
            if (refuses && queue.waiting() == 0) {
                refuses = false;
                LOG.atInfo().addKeyValue("work", purpose.what()).log("nobody waits for a turn any more");
            }
        } finally {
            lock.unlock();
        }
    }

    /** One that enters and runs at once sleeps nowhere. */
    private void wake(List<Ticket> granted) {
        for (Ticket ticket : granted) {
            Condition sleeper = sleepers.get(ticket);
            if (sleeper != null) {
                sleeper.signal();
            }
        }
    }

    private OverLimitException full(FairQueue.Bound bound) {
        return refused(purpose.full(bound, limits()));
    }

    private QueueLimits limits() {
        lock.lock();
        try {
            return queue.limits();
        } finally {
            lock.unlock();
        }
    }

    /** Logs the first refusal until nobody waits any more. */
    private OverLimitException refused(String why) {
        lock.lock();
        try {
            if (!refuses) {
                refuses = true;
                LOG.atWarn().addKeyValue("work", purpose.what()).addKeyValue("waiting", queue.waiting())
                    .addKeyValue("turns", queue.limits().running()).addKeyValue("limit", why)
                    .log("requests are refused a turn");
            }
        } finally {
            lock.unlock();
        }
        return new OverLimitException(why);
    }

    /** What one client was told: each place once. */
    private static final class Told {
        private final Waiting client;
        private int last;

        Told(Waiting client) {
            this.client = client;
        }

        void place(int place) throws IOException {
            if (place == last) {
                client.alive();
            } else {
                client.told("queued, position " + place + "   \r");
                last = place;
            }
        }

        void done() throws IOException {
            if (last > 0) {
                client.over("queued, done.\n");
            }
        }
    }
}
