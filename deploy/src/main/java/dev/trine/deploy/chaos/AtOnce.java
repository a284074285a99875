package dev.trine.deploy.chaos;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Does things that have nothing to do with each other a few at a time. */
final class AtOnce {
    private static final int THREADS = 6;

    private AtOnce() {
    }

    /** Does them all; what each gave, in their order. */
    static <T> List<T> all(List<? extends Callable<T>> tasks) throws IOException, InterruptedException {
        try (ExecutorService threads = Executors.newFixedThreadPool(THREADS, Thread.ofVirtual().factory())) {
            List<T> results = new ArrayList<>();
            for (Future<T> task : threads.invokeAll(tasks)) {
                results.add(result(task));
            }
            return results;
        }
    }

    private static <T> T result(Future<T> task) throws IOException, InterruptedException {
        try {
            return task.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            throw new IOException(e.getCause().getMessage(), e.getCause());
        }
    }
}
