package dev.trine.http;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.util.thread.Scheduler;

/** Interrupts the thread that made it, unless it is closed in time. */
final class Deadline implements AutoCloseable {
    private final Thread thread = Thread.currentThread();
    private final Scheduler.Task task;
    private boolean closed;

    Deadline(Scheduler scheduler, Duration max) {
        task = scheduler.schedule(this::expire, max.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public synchronized void close() {
        closed = true;
        task.cancel();
    }

    private synchronized void expire() {
        if (!closed) {
            thread.interrupt();
        }
    }
}
