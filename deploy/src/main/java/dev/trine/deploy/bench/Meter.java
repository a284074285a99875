package dev.trine.deploy.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** Measures what a piece of work costs its client and its host. Used by one thread. */
final class Meter {
    private static final Duration LOOK_EVERY = Duration.ofMillis(50);
    /** Finding all processes of a server costs the machine some milliseconds. */
    private static final Duration MEMORY_EVERY = Duration.ofMillis(250);
    private static final Duration QUIET_MAX = Duration.ofSeconds(3);
    private static final Duration TICK = Duration.ofMillis(10);
    private static final int QUIET_LOOKS = 2;

    private final GitHost host;

    Meter(GitHost host) {
        this.host = host;
    }

    /** Work whose result is the number of bytes that the client received; 0: not counted. */
    interface Work {
        long run() throws IOException, InterruptedException;
    }

    Cost measure(Work work) throws IOException, InterruptedException {
        Collection<Long> processes = host.processes();
        Duration before = ProcessTrees.cpu(processes);
        Memory memory = new Memory(processes);
        try (ExecutorService looking = Executors.newSingleThreadExecutor()) {
            Future<Long> most = looking.submit(memory);
            long began = System.nanoTime();
            long bytes;
            Duration wall;
            try {
                bytes = work.run();
                wall = Duration.ofNanos(System.nanoTime() - began);
            } finally {
                memory.ended.countDown();
            }
            Duration after = quiet(processes);
            return new Cost(wall, after.minus(before), most.get(), bytes);
        } catch (ExecutionException e) {
            throw new IOException("the memory of " + host.name() + " cannot be read", e.getCause());
        }
    }

    /** Processor time once nothing more of the work goes on behind the client's back. */
    private Duration quiet(Collection<Long> processes) throws IOException, InterruptedException {
        long end = System.nanoTime() + QUIET_MAX.toNanos();
        Duration used = ProcessTrees.cpu(processes);
        int quiet = 0;
        while (quiet < QUIET_LOOKS && System.nanoTime() < end) {
            TimeUnit.NANOSECONDS.sleep(LOOK_EVERY.toNanos());
            Duration now = ProcessTrees.cpu(processes);
            quiet = now.minus(used).compareTo(TICK) <= 0 ? quiet + 1 : 0;
            used = now;
        }
        return used;
    }

    private static final class Memory implements Callable<Long> {
        private final Collection<Long> processes;
        private final CountDownLatch ended = new CountDownLatch(1);

        Memory(Collection<Long> processes) {
            this.processes = processes;
        }

        @Override
        public Long call() throws IOException, InterruptedException {
            long most = 0;
            do {
                most = Math.max(most, ProcessTrees.anonymousBytes(processes));
            } while (!ended.await(MEMORY_EVERY.toNanos(), TimeUnit.NANOSECONDS));
            return most;
        }
    }
}
