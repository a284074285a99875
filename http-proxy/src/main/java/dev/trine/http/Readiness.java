package dev.trine.http;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * Whether a load balancer should send clients here: the proxy does not stop, and a shard router has answered recently.
 * A router is asked when somebody wants to know, at most once a second, whoever and however many want to. Any thread.
 */
final class Readiness {
    private static final Duration ASKED_FOR = Duration.ofSeconds(1);

    private final ReentrantLock lock = new ReentrantLock();
    private final BooleanSupplier router;
    private final Duration recent;
    private final LongSupplier nanos;
    private boolean asked;
    private boolean answered;
    private long askedAt;
    private long answeredAt;
    private volatile boolean stopping;

    /**
     * At the start nothing is known.
     *
     * @param router asks one; blocks for a bounded time
     * @param recent for how long an answer counts
     * @param nanos  a clock
     */
    Readiness(BooleanSupplier router, Duration recent, LongSupplier nanos) {
        this.router = router;
        this.recent = recent;
        this.nanos = nanos;
    }

    /** From now on the answer is no. */
    void stop() {
        stopping = true;
    }

    /** Why no clients should come, in a sentence; empty: they should. */
    Optional<String> obstacle() {
        if (stopping) {
            return Optional.of("this proxy stops; use another one");
        }
        lock.lock();
        try {
            long now = nanos.getAsLong();
            if (!asked || now - askedAt >= ASKED_FOR.toNanos()) {
                boolean answers = router.getAsBoolean();
                asked = true;
                askedAt = nanos.getAsLong();
                answered |= answers;
                answeredAt = answers ? askedAt : answeredAt;
            }
            return answered && nanos.getAsLong() - answeredAt < recent.toNanos() ? Optional.empty()
                : Optional.of("no shard router has answered this proxy " + (answered ? "for " + recent.toSeconds()
                    + " s (router-recent)" : "since it started") + "; see that one runs, and can be reached from here");
        } finally {
            lock.unlock();
        }
    }
}
