package dev.trine.lab.sim;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongFunction;

/** Runs many seeds on several threads; stops at the first that fails, or when it is told to. */
public final class Campaign {
    private final long from;
    private final long seeds;
    private final int threads;
    private final LongFunction<SeedResult> run;
    private final AtomicLong next;
    private final AtomicLong done = new AtomicLong();
    private final AtomicBoolean stopped = new AtomicBoolean();

    /** So many seeds, from that one on, on so many threads. */
    public Campaign(long from, long seeds, int threads) {
        this(from, seeds, threads, Simulation::run);
    }

    Campaign(long from, long seeds, int threads, LongFunction<SeedResult> run) {
        this.from = from;
        this.seeds = seeds;
        this.threads = threads;
        this.run = run;
        this.next = new AtomicLong(from);
    }

    /** Runs to the end, or until {@link #stop}. */
    public Summary run() throws InterruptedException {
        Summary summary = new Summary(from, seeds);
        long began = System.nanoTime();
        try (ExecutorService workers = Executors.newFixedThreadPool(threads)) {
            List<Future<?>> working = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                working.add(workers.submit(() -> work(summary)));
            }
            for (Future<?> worker : working) {
                worker.get();
            }
        } catch (ExecutionException e) {
            throw new IllegalStateException("the lab itself is broken: " + e.getCause(), e.getCause());
        } finally {
            stop();
        }
        summary.took((System.nanoTime() - began) / 1e9);
        return summary;
    }

    private void work(Summary summary) {
        try {
            for (long seed = next.getAndIncrement(); seed < from + seeds && !stopped.get();
                 seed = next.getAndIncrement()) {
                SeedResult result = result(seed);
                done.incrementAndGet();
                synchronized (summary) {
                    summary.add(result);
                }
                if (result.failure().isPresent()) {
                    stop();
                }
            }
        } finally {
            if (Thread.currentThread().isInterrupted()) {
                stop();
            }
        }
    }

    private SeedResult result(long seed) {
        try {
            return run.apply(seed);
        } catch (RuntimeException e) {
            stop();
            throw new IllegalStateException("in seed " + seed + ": " + e, e);
        }
    }

    /** Begins no more seeds; those that run come to their end. Any thread. */
    public void stop() {
        stopped.set(true);
    }

    /** Seeds that have come to their end. Any thread. */
    public long done() {
        return done.get();
    }
}
