package dev.trine.deploy.bench;

import dev.trine.inspector.cli.CommandFailure;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Work that starts servers of its own, and ends them when it is interrupted: by Ctrl-C and SIGTERM, too. */
public final class Interruptible {
    private static final Duration CLEANUP_MAX = Duration.ofMinutes(1);

    private Interruptible() {
    }

    /**
     * Works in the thread of the caller. When this process is told to end, the thread is interrupted, and the process
     * ends once the work has ended, or after a minute.
     */
    public static <T> T run(Callable<T> work) throws Exception {
        Thread worker = Thread.currentThread();
        CountDownLatch over = new CountDownLatch(1);
        Thread end = new Thread(() -> {
            worker.interrupt();
            await(over);
        }, "end");
        Runtime.getRuntime().addShutdownHook(end);
        try {
            return work.call();
        } catch (InterruptedException e) {
            throw new CommandFailure("told to end; what was started has been ended");
        } finally {
            over.countDown();
            unlessEnding(end);
        }
    }

    private static void await(CountDownLatch over) {
        try {
            if (!over.await(CLEANUP_MAX.toSeconds(), TimeUnit.SECONDS)) {
                System.err.println("not everything that was started has ended within " + CLEANUP_MAX.toSeconds()
                    + " s; what is left has to be ended by hand");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void unlessEnding(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException ending) {
            // the hook itself brought us here
        }
    }
}
