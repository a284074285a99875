package dev.trine.deploy.chaos;

import dev.trine.deploy.chaos.Operation.Door;
import dev.trine.deploy.chaos.Operation.Kind;
import dev.trine.deploy.local.Jvm;
import dev.trine.deploy.measure.Measurement;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The metadata database is stopped, and while it is away every service is stopped and started again in turn: do people
 * who were known before notice? Clients do what a load balancer in front of them would do for them: whoever finds a
 * door closed takes the other one.
 *
 * @param away how long the database stays stopped
 */
public record DatabaseAway(Duration away) implements Measurement {
    private static final int CLIENTS = 4;
    private static final Duration PAUSE = Duration.ofMillis(500);
    private static final Duration BEFORE_AND_AFTER = Duration.ofSeconds(30);
    private static final String REPOSITORY = "measure/database-";

    /** What the clients did. */
    private record Counts(AtomicLong pushes, AtomicLong clones, AtomicLong otherDoor, List<String> failures) {
    }

    @Override
    public Map<String, Object> take(Path work, Consumer<String> progress) throws Exception {
        if (MariaDb.program().isEmpty()) {
            throw new IOException("mariadbd is not installed: run deploy/install-test-tools");
        }
        Counts counts = new Counts(new AtomicLong(), new AtomicLong(), new AtomicLong(), new ArrayList<>());
        try (Cluster cluster = Cluster.start(new LabDirectory(work), ClusterPlan.of(3, true), Jvm.current());
             ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            long start = System.nanoTime();
            Supplier<Duration> clock = () -> Duration.ofNanos(System.nanoTime() - start);
            AtomicBoolean done = new AtomicBoolean();
            List<Future<?>> clients = new ArrayList<>();
            for (int i = 1; i <= CLIENTS; i++) {
                Path home = Files.createDirectories(cluster.directory().clients().resolve(Integer.toString(i)));
                GitEnd git = new GitEnd(i, home, Access.to(cluster), new Ledger(), clock);
                String repository = REPOSITORY + i;
                clients.add(threads.submit(() -> {
                    use(git, repository, counts, done);
                    return repository;
                }));
            }
            int restarts;
            try {
                Thread.sleep(BEFORE_AND_AFTER);
                restarts = restartAll(cluster, progress);
                Thread.sleep(BEFORE_AND_AFTER);
            } finally {
                done.set(true);
            }
            for (Future<?> client : clients) {
                client.get();
            }
            return figures(counts, restarts);
        }
    }

    private int restartAll(Cluster cluster, Consumer<String> progress) throws IOException, InterruptedException {
        MariaDb database = cluster.database().orElseThrow();
        progress.accept("the database stops for " + away.toSeconds() + " s");
        long began = System.nanoTime();
        database.process().stop();
        List<ServiceProcess> services = cluster.services();
        Duration step = away.dividedBy(services.size() + 1L);
        for (int i = 0; i < services.size(); i++) {
            sleepUntil(began, step.multipliedBy(i + 1L).minus(step.dividedBy(2)));
            progress.accept("restarting " + services.get(i).name());
            services.get(i).stop();
            services.get(i).start();
            cluster.awaitReady(services.get(i));
        }
        sleepUntil(began, away);
        database.start();
        progress.accept("the database is back");
        return services.size();
    }

    private static void sleepUntil(long began, Duration at) throws InterruptedException {
        Thread.sleep(Duration.ofNanos(Math.max(0, at.toNanos() - (System.nanoTime() - began))));
    }

    /** One user: makes a repository while the database is there, then pushes and clones in turn until told to stop. */
    private static void use(GitEnd git, String repository, Counts counts, AtomicBoolean done)
        throws IOException, InterruptedException {
        Optional<String> tip = Optional.empty();
        boolean overHttp = true;
        while (!done.get()) {
            String commit = git.commit(tip);
            RefChange change = new RefChange(Repositories.FIRST, tip, Optional.of(commit));
            Kind kind = tip.isEmpty() ? Kind.CREATE : Kind.APPEND;
            if (attempt(door -> git.push(door, kind, repository, List.of(change)), overHttp, counts)) {
                counts.pushes().incrementAndGet();
                tip = Optional.of(commit);
            }
            if (attempt(door -> git.cloneOnce(door, repository), overHttp, counts)) {
                counts.clones().incrementAndGet();
            }
            overHttp = !overHttp;
            Thread.sleep(PAUSE);
        }
    }

    /** Something that a client does over a door. */
    @FunctionalInterface
    private interface Step {
        Operation over(Door door) throws IOException, InterruptedException;
    }

    private static boolean attempt(Step step, boolean overHttp, Counts counts)
        throws IOException, InterruptedException {
        Operation first = step.over(overHttp ? Door.HTTP : Door.SSH);
        Operation last = first;
        if (!first.isDone() && isDoorClosed(first.outcome().text())) {
            counts.otherDoor().incrementAndGet();
            last = step.over(overHttp ? Door.SSH : Door.HTTP);
        }
        if (!last.isDone()) {
            synchronized (counts) {
                counts.failures().add(last.kind() + " over " + last.door() + ": " + last.outcome().text());
            }
        }
        return last.isDone();
    }

    /** Whether nobody was met at the door, so that nothing can have been done. */
    private static boolean isDoorClosed(String error) {
        return error.contains("Connection refused") || error.contains("Failed to connect")
            || error.contains("kex_exchange_identification"); // was in the queue when the port closed
    }

    private Map<String, Object> figures(Counts counts, int restarts) {
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("seconds without the database", away.toSeconds());
        figures.put("services restarted meanwhile", restarts);
        figures.put("pushes that succeeded", counts.pushes().get());
        figures.put("clones that succeeded", counts.clones().get());
        figures.put("sent to the other door, this one was closed", counts.otherDoor().get());
        figures.put("pushes and clones that failed", counts.failures().size());
        if (!counts.failures().isEmpty()) {
            figures.put("the first failures", counts.failures().stream().limit(10).toList());
        }
        return figures;
    }
}
