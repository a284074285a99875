package dev.trine.deploy.chaos;

import dev.trine.deploy.local.Jvm;
import dev.trine.inspector.cli.CommandFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * One run of the fault lab from the first process to the last check. Reads as a table of contents: cluster, clients,
 * faults, peace, checks.
 */
final class ChaosRun {
    private static final int BASE_REPOSITORIES = 5;

    private final ChaosSettings settings;
    private final LabDirectory directory;
    private final Consumer<String> progress;
    private final Interruption interruption;
    private final Ledger ledger = new Ledger();
    private final Repositories repositories = new Repositories(BASE_REPOSITORIES);

    ChaosRun(ChaosSettings settings, LabDirectory directory, Interruption interruption, Consumer<String> progress) {
        this.settings = settings;
        this.directory = directory;
        this.interruption = interruption;
        this.progress = progress;
    }

    /** Runs it all; what was seen. */
    RunResult run(Schedule schedule, ClusterPlan plan) throws Exception {
        progress.accept("starting " + plan.services().size() + " processes"
            + (plan.databasePort().isPresent() ? " and MariaDB" : ""));
        FaultLog faults = new FaultLog(schedule);
        List<CheckResult> checks = new ArrayList<>();
        try (Cluster cluster = Cluster.start(directory, plan, Jvm.current())) {
            prepare(cluster);
            Footprints footprints = new Footprints(cluster);
            footprints.takeFirst();
            long start = System.nanoTime();
            Supplier<Duration> clock = () -> Duration.ofNanos(System.nanoTime() - start);
            try {
                work(cluster, schedule, new FaultInjector(cluster, repositories, clock, interruption, faults), clock);
            } catch (IOException | CommandFailure e) {
                checks.add(broken(e));
            }
            Duration worked = clock.get();
            List<Operation> work = ledger.operations().stream().filter(operation -> operation.client() > 0).toList();
            try {
                new Verification(cluster, ledger, repositories, clock, interruption, progress)
                    .run(faults, footprints, checks);
            } catch (IOException | CommandFailure e) {
                checks.add(broken(e));
            }
            ledger.write(directory.root().resolve("ledger.txt"));
            Map<String, String> facts = Environment.facts(plan);
            if (interruption.hasCome()) {
                facts.put("interrupted", "yes: this is what there was until then");
            }
            return new RunResult(settings, work, faults.records(), checks, footprints.pairs(), facts, worked);
        }
    }

    /** The report is written for a run that broke too. */
    private static CheckResult broken(Exception e) {
        return new CheckResult("The run comes to its end", "everything up to here", List.of(String.valueOf(e)));
    }

    /** The first repositories, which the database's old copy knows. */
    private void prepare(Cluster cluster) throws IOException, InterruptedException {
        Path home = Files.createDirectories(directory.clients().resolve("first"));
        GitEnd first = new GitEnd(0, home, Access.to(cluster), ledger, () -> Duration.ZERO);
        for (String repository : repositories.base()) {
            Operation made = first.push(Operation.Door.SSH, Operation.Kind.CREATE, repository,
                List.of(new RefChange(Repositories.FIRST, Optional.empty(),
                    Optional.of(first.commit(Optional.empty())))));
            if (!made.isDone()) {
                throw new IOException("the repository " + repository + " cannot be made: " + made.outcome().text());
            }
        }
        if (cluster.database().isPresent()) {
            cluster.database().get().dump();
        }
    }

    private void work(Cluster cluster, Schedule schedule, FaultInjector injector, Supplier<Duration> clock)
        throws Exception {
        AtomicBoolean done = new AtomicBoolean();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Void>> clients = new ArrayList<>();
            for (int i = 1; i <= settings.clients(); i++) {
                Path home = Files.createDirectories(directory.clients().resolve(Integer.toString(i)));
                GitEnd git = new GitEnd(i, home, Access.to(cluster), ledger, clock);
                clients.add(threads.submit(
                    new ChaosClient(i, settings.seed(), git, repositories, settings.pause(), done)));
            }
            try {
                inject(schedule, injector, clock);
            } finally {
                done.set(true);
            }
            for (Future<Void> client : clients) {
                awaitEnd(client);
            }
        }
    }

    private static void awaitEnd(Future<Void> client) throws Exception {
        try {
            client.get();
        } catch (ExecutionException e) {
            throw new IOException("a client broke: " + e.getCause(), e.getCause());
        }
    }

    /** On a slow machine healing takes longer than planned: then each kind comes once, and what is left is left out. */
    private void inject(Schedule schedule, FaultInjector injector, Supplier<Duration> clock) throws Exception {
        Set<FaultKind> seen = EnumSet.noneOf(FaultKind.class);
        for (Schedule.Entry entry : schedule.entries()) {
            if (!calmUntil(entry.at(), clock)) {
                return;
            }
            if (clock.get().compareTo(settings.length()) > 0 && !seen.add(entry.fault().kind())) {
                continue;
            }
            seen.add(entry.fault().kind());
            progress.accept(entry.toString());
            progress.accept("          healed: " + injector.carryOut(entry).effect());
        }
        calmUntil(settings.length(), clock);
    }

    /** Waits; false if the run was interrupted meanwhile. */
    private boolean calmUntil(Duration at, Supplier<Duration> clock) throws InterruptedException {
        while (clock.get().compareTo(at) < 0 && !interruption.hasCome()) {
            Thread.sleep(Duration.ofMillis(50));
        }
        return !interruption.hasCome();
    }
}
