package dev.trine.deploy.measure;

import dev.trine.deploy.bench.CommitPack;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * Keeps small pushes to one repository going at a steady rate: several writers, each on a branch of its own, each with
 * its own beat. A push that failed has an unknown outcome, so its writer goes on with a new branch; what was
 * acknowledged before stays in the ledger.
 */
final class PushLoad implements AutoCloseable {
    private final PushClient client;
    private final String repository;
    private final String prefix;
    private final Duration beat;
    private final List<Thread> writers = new ArrayList<>();
    private final ConcurrentLinkedQueue<Push> pushes = new ConcurrentLinkedQueue<>();
    private final Map<String, List<String>> ledger = new ConcurrentHashMap<>();
    private final AtomicInteger branches = new AtomicInteger();
    private volatile boolean ends;

    /**
     * One push; times are {@link System#nanoTime}.
     *
     * @param failure what the client was told if it was not acknowledged
     */
    record Push(long startNanos, long endNanos, Optional<String> failure) {
        boolean isAcknowledged() {
            return failure.isEmpty();
        }

        Duration took() {
            return Duration.ofNanos(endNanos - startNanos);
        }
    }

    private PushLoad(PushClient client, String repository, String prefix, int writers, double perSecond) {
        this.client = client;
        this.repository = repository;
        this.prefix = prefix;
        this.beat = Duration.ofNanos((long) (writers * 1e9 / perSecond));
    }

    /** Starts that many writers, which together push so often, to branches that begin with the prefix. */
    static PushLoad start(PushClient client, String repository, String prefix, int writers, double perSecond) {
        PushLoad load = new PushLoad(client, repository, prefix, writers, perSecond);
        for (int i = 0; i < writers; i++) {
            long first = System.nanoTime() + load.beat.toNanos() * i / writers;
            load.writers.add(Thread.ofVirtual().start(() -> load.write(first)));
        }
        return load;
    }

    private void write(long first) {
        try {
            long next = first;
            String branch = newBranch();
            while (!ends) {
                LockSupport.parkNanos(next - System.nanoTime());
                if (System.nanoTime() < next) {
                    continue; // woken early, perhaps to end
                }
                if (!push(branch)) {
                    branch = newBranch();
                }
                next = Math.max(next + beat.toNanos(), System.nanoTime());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private String newBranch() {
        String branch = prefix + "-" + branches.incrementAndGet();
        ledger.put(branch, new ArrayList<>());
        return branch;
    }

    private boolean push(String branch) throws InterruptedException {
        List<String> acknowledged = ledger.get(branch);
        Optional<String> tip = acknowledged.isEmpty() ? Optional.empty() : Optional.of(acknowledged.getLast());
        CommitPack pack = CommitPack.of(tip, branch + " " + acknowledged.size());
        long start = System.nanoTime();
        Optional<String> failure = client.push(repository, branch, tip, pack);
        pushes.add(new Push(start, System.nanoTime(), failure));
        if (failure.isEmpty()) {
            acknowledged.add(pack.commit());
        }
        return failure.isEmpty();
    }

    /** All pushes that have ended. */
    List<Push> pushes() {
        return List.copyOf(pushes);
    }

    /** Acknowledged commits of each branch, oldest first; complete after {@link #close}. */
    Map<String, List<String>> ledger() {
        return new TreeMap<>(ledger);
    }

    long acknowledged() {
        return pushes.stream().filter(Push::isAcknowledged).count();
    }

    /** Waits until a push that began after a moment was acknowledged; empty: none was in time. */
    Optional<Push> awaitAcknowledged(long afterNanos, Duration max) throws InterruptedException {
        long end = System.nanoTime() + max.toNanos();
        while (System.nanoTime() < end) {
            Optional<Push> found = pushes.stream()
                .filter(push -> push.isAcknowledged() && push.startNanos() >= afterNanos)
                .min((a, b) -> Long.compare(a.endNanos(), b.endNanos()));
            if (found.isPresent()) {
                return found;
            }
            Thread.sleep(5);
        }
        return Optional.empty();
    }

    /** Lets each writer end its push. */
    @Override
    public void close() throws InterruptedException {
        ends = true;
        writers.forEach(LockSupport::unpark);
        for (Thread writer : writers) {
            writer.join();
        }
    }
}
