package dev.trine.deploy.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Does things that have nothing to do with each other at the same time. */
public final class AtOnce {
    private static final int FEW = 6;

    private AtOnce() {
    }

    /** A piece of work for one of many. */
    @FunctionalInterface
    interface Each<T> {
        void run(T one) throws IOException, InterruptedException;
    }

    /** Does them a few at a time; what each gave, in their order. Fails, when all have ended, if one has failed. */
    public static <T> List<T> few(List<? extends Callable<T>> tasks) throws IOException, InterruptedException {
        return all(FEW, tasks);
    }

    /** Does something for each of them, for all at the same time. Fails, when all have ended, if one has failed. */
    static <T> void each(List<T> all, Each<T> work) throws IOException, InterruptedException {
        all(all.size(), all.stream().map(one -> (Callable<T>) () -> {
            work.run(one);
            return one;
        }).toList());
    }

    private static <T> List<T> all(int threads, List<? extends Callable<T>> tasks)
        throws IOException, InterruptedException {
        try (ExecutorService pool = Executors.newFixedThreadPool(threads, Thread.ofVirtual().factory())) {
            List<T> results = new ArrayList<>();
            for (Future<T> task : pool.invokeAll(tasks)) {
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
