package dev.trine.common.lifecycle;

import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ThreadFactory;

/**
 * Work that moves many bytes, in a thread of the operating system. That shares the processors out in short turns, and
 * lets who has waited go first; virtual threads run until they wait, one after the other, so that hundreds which copy
 * hold all others up.
 */
public final class OwnThread {
    // how far behind others, the services' JVM options say
    private static final int MAKES = Thread.MIN_PRIORITY + 1;
    private static final int MOVES = Thread.MIN_PRIORITY;

    private OwnThread() {
    }

    /**
     * Threads for work that is long, and of which nobody notices that it took a little longer: where there is more work
     * than processors they go behind others, on whom a push or the answer to a small request may wait.
     *
     * @param name what they are called
     */
    public static ThreadFactory behindOthers(String name) {
        return Thread.ofPlatform().daemon().name(name).priority(MAKES).factory();
    }

    /**
     * Threads that do little but move bytes. They go behind all others, and need so little of a processor that they
     * move many even so.
     *
     * @param name what they are called
     */
    public static ThreadFactory behindAll(String name) {
        return Thread.ofPlatform().daemon().name(name).priority(MOVES).factory();
    }

    /**
     * Runs the work and waits for it; whoever is interrupted meanwhile interrupts it, and waits all the same.
     *
     * @param name what the thread is called
     */
    public static <T> T run(String name, Callable<T> work) throws IOException, InterruptedException {
        FutureTask<T> task = new FutureTask<>(work);
        Thread thread = behindAll(name).newThread(task);
        thread.start();
        awaitEnd(thread);
        try {
            return task.get();
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case IOException failed -> throw failed;
                case InterruptedException interrupted -> throw interrupted;
                case RuntimeException bug -> throw bug;
                case Error error -> throw error;
                default -> throw new IllegalStateException(e.getCause());
            }
        }
    }

    /** Waits for the end of a thread, however long it takes; an interrupt is passed on to it, and kept. */
    public static void awaitEnd(Thread thread) {
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
                thread.interrupt();
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
