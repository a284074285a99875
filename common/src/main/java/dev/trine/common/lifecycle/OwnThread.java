package dev.trine.common.lifecycle;

import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * Work that moves many bytes, in a thread of the operating system. That shares the processors out in short turns, and
 * lets who has waited go first; virtual threads run until they wait, one after the other, so that hundreds which copy
 * hold all others up.
 */
public final class OwnThread {
    private OwnThread() {
    }

    /**
     * Runs the work and waits for it; whoever is interrupted meanwhile interrupts it, and waits all the same.
     *
     * @param name what the thread is called
     */
    public static <T> T run(String name, Callable<T> work) throws IOException, InterruptedException {
        FutureTask<T> task = new FutureTask<>(work);
        Thread thread = Thread.ofPlatform().daemon().name(name).start(task);
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
