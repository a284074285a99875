package dev.trine.http;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;

/**
 * Interrupts the thread that made it when it has taken too long, or its client is too slow, unless it is closed in
 * time. It looks once a second.
 */
final class Deadline implements AutoCloseable {
    private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Thread thread = Thread.currentThread();
    private final Scheduler scheduler;
    private final long endNanos;
    private final Map<Reason, Pace> paces;
    private Scheduler.@Nullable Task task;
    private @Nullable Reason expired;
    private boolean closed;

    /** Why a request is not gone on with. */
    enum Reason {
        /** It took longer than a request may. */
        LONG,
        /** Its client sends too slowly. */
        SENDS_SLOWLY,
        /** Its client takes the answer too slowly. */
        TAKES_SLOWLY
    }

    Deadline(Scheduler scheduler, Duration max, Pace sends, Pace takes) {
        this(scheduler, max, Map.of(Reason.SENDS_SLOWLY, sends, Reason.TAKES_SLOWLY, takes));
    }

    /** For what is so short that nobody's pace is looked at. */
    Deadline(Scheduler scheduler, Duration max) {
        this(scheduler, max, Map.of());
    }

    private Deadline(Scheduler scheduler, Duration max, Map<Reason, Pace> paces) {
        this.scheduler = scheduler;
        this.endNanos = System.nanoTime() + max.toNanos();
        this.paces = paces;
        schedule();
    }

    /** Why it has interrupted the thread; empty: it has not. */
    synchronized Optional<Reason> expired() {
        return Optional.ofNullable(expired);
    }

    @Override
    public synchronized void close() {
        closed = true;
        if (task != null) {
            task.cancel();
        }
    }

    private synchronized void schedule() {
        long nanos = Math.min(LOOK_NANOS, Math.max(0, endNanos - System.nanoTime()));
        task = scheduler.schedule(this::look, nanos, TimeUnit.NANOSECONDS);
    }

    private synchronized void look() {
        if (closed) {
            return;
        }
        for (Map.Entry<Reason, Pace> pace : paces.entrySet()) {
            if (pace.getValue().isTooSlow()) {
                expire(pace.getKey());
                return;
            }
        }
        if (endNanos - System.nanoTime() <= 0) {
            expire(Reason.LONG);
        } else {
            schedule();
        }
    }

    private void expire(Reason why) {
        expired = why;
        thread.interrupt();
    }
}
