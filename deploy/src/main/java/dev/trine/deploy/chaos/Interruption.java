package dev.trine.deploy.chaos;

import java.time.Duration;

/** Ctrl-C: nothing more is begun, and long waits are cut short. Told by one thread, seen by all. */
final class Interruption {
    /** How long anything is still waited for once the run was interrupted. */
    static final Duration PATIENCE = Duration.ofSeconds(20);

    private volatile boolean come;
    private volatile long atNanos;

    void come(long nowNanos) {
        atNanos = nowNanos;
        come = true;
    }

    boolean hasCome() {
        return come;
    }

    /**
     * Whether something has been waited for long enough.
     *
     * @param begunNanos when the wait began, on the clock of {@link System#nanoTime()}
     * @param longest    how long it may last in a run that nobody interrupts
     */
    boolean isOver(long begunNanos, Duration longest, long nowNanos) {
        return nowNanos - begunNanos > longest.toNanos()
            || come && nowNanos - Math.max(begunNanos, atNanos) > PATIENCE.toNanos();
    }

    /** Lets time pass, unless the run is interrupted. */
    void pause(Duration length) throws InterruptedException {
        long begun = System.nanoTime();
        long left = length.toMillis();
        while (left > 0 && !come) {
            Thread.sleep(Math.min(left, 50));
            left = length.toMillis() - Duration.ofNanos(System.nanoTime() - begun).toMillis();
        }
    }
}
