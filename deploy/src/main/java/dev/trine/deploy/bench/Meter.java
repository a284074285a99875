package dev.trine.deploy.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * Measures what pieces of work of one kind cost their client and their host. After each it waits until the host is
 * quiet, so that the next host has the machine to itself. For a host that does not become quiet it waits only so long
 * in all; what that one does until it is asked to work again is counted to what it did last. Used by one thread.
 */
final class Meter {
    private static final Duration LOOK_EVERY = Duration.ofMillis(50);
    /** Finding all processes of a server costs the machine some milliseconds. */
    private static final Duration MEMORY_EVERY = Duration.ofMillis(250);
    private static final Duration QUIET_MAX = Duration.ofSeconds(3);
    private static final Duration QUIET_MAX_IN_ALL = Duration.ofSeconds(8);
    private static final Duration REST_MAX = Duration.ofSeconds(10);
    private static final Duration TICK = Duration.ofMillis(10);
    private static final int QUIET_LOOKS = 2;

    private final GitHost host;
    private final List<Cost> costs = new ArrayList<>();
    private Duration waited = Duration.ZERO;
    private Optional<Duration> unsettled = Optional.empty();

    Meter(GitHost host) {
        this.host = host;
    }

    /** Work whose result is the number of bytes that the client received; 0: not counted. */
    interface Work {
        long run() throws IOException, InterruptedException;
    }

    /** What the pieces of work cost so far. */
    List<Cost> costs() {
        return List.copyOf(costs);
    }

    /** Counts to the last piece of work what its host has gone on to do, if it was not quiet. */
    void settle() throws IOException {
        if (unsettled.isPresent()) {
            Cost last = costs.removeLast();
            costs.add(last.andCpu(ProcessTrees.cpu(host.processes()).minus(unsettled.get())));
            unsettled = Optional.empty();
        }
    }

    /** Does a piece of work; what its host goes on to do is counted only if {@link #settle} is called. */
    Cost measure(Work work) throws IOException, InterruptedException {
        unsettled = Optional.empty();
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
            costs.add(new Cost(wall, after.minus(before), most.get(), bytes));
            return costs.getLast();
        } catch (ExecutionException e) {
            throw new IOException("the memory of " + host.name() + " cannot be read", e.getCause());
        }
    }

    /** Lets a host finish what it does behind its clients' backs, so that what comes next is not charged with it. */
    static void rest(GitHost host) throws IOException, InterruptedException {
        awaitQuiet(host.processes(), REST_MAX);
    }

    /** Processor time once nothing more of the work goes on behind the client's back. */
    private Duration quiet(Collection<Long> processes) throws IOException, InterruptedException {
        long began = System.nanoTime();
        Duration left = QUIET_MAX_IN_ALL.minus(waited);
        Looked looked = awaitQuiet(processes, left.compareTo(QUIET_MAX) < 0 ? left : QUIET_MAX);
        if (!looked.quiet()) {
            waited = waited.plusNanos(System.nanoTime() - began);
            unsettled = Optional.of(looked.used());
        }
        return looked.used();
    }

    /** What processes have used, and whether they had stopped to. */
    private record Looked(Duration used, boolean quiet) {
    }

    private static Looked awaitQuiet(Collection<Long> processes, Duration max)
        throws IOException, InterruptedException {
        long end = System.nanoTime() + max.toNanos();
        Duration used = ProcessTrees.cpu(processes);
        int quiet = 0;
        do {
            TimeUnit.NANOSECONDS.sleep(LOOK_EVERY.toNanos());
            Duration now = ProcessTrees.cpu(processes);
            quiet = now.minus(used).compareTo(TICK) <= 0 ? quiet + 1 : 0;
            used = now;
        } while (quiet < QUIET_LOOKS && System.nanoTime() < end);
        return new Looked(used, quiet >= QUIET_LOOKS);
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
