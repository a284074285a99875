package dev.trine.deploy.chaos;

import dev.trine.deploy.bench.AtOnce;
import dev.trine.inspector.admin.AdminClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Everything that must hold when the faults are over. In order: convergence, history, leaks, disks. */
final class Verification {
    private static final int DONE_PUSHES_MIN = 20;
    private static final int DONE_READS_MIN = 20;
    private static final Duration READ_MAX = Duration.ofSeconds(60);

    private final Cluster cluster;
    private final Ledger ledger;
    private final Repositories repositories;
    private final Supplier<Duration> clock;
    private final Interruption interruption;
    private final Consumer<String> progress;

    Verification(Cluster cluster, Ledger ledger, Repositories repositories, Supplier<Duration> clock,
                 Interruption interruption, Consumer<String> progress) {
        this.cluster = cluster;
        this.ledger = ledger;
        this.repositories = repositories;
        this.clock = clock;
        this.interruption = interruption;
        this.progress = progress;
    }

    /** Runs all checks, and adds what each finds to the list; the cluster is stopped afterwards. */
    void run(FaultLog faults, Footprints footprints, List<CheckResult> checks) throws Exception {
        checks.add(faults.fired(interruption));
        checks.add(faults.nobodyDiedAlone());
        checks.add(enoughWasDone());
        begin("waiting until all replicas agree");
        Convergence convergence = new Convergence(interruption);
        try (AdminClient api = cluster.api()) {
            checks.add(convergence.await(api, repositories.all()));
        }
        begin("reading every repository once more");
        Map<String, FinalState> last = readAll();
        checks.add(sameForClientsAndNodes(convergence, last));
        begin("asking for receipts");
        try (AdminClient api = cluster.api()) {
            checks.add(new ReceiptsCheck(api).run(named()));
        }
        begin("searching an order that explains the ledger");
        checks.addAll(new HistoryChecks(named()).run());
        begin("weighing and stopping all processes");
        footprints.takeLast();
        int packs = convergence.converged().values().stream()
            .mapToInt(repository -> repository.packs().values().stream().mapToInt(Integer::intValue).max().orElse(0))
            .sum();
        checks.add(new CheckResult("No file descriptors and no memory are leaked",
            footprints.pairs().size() + " processes", footprints.leaks(packs)));
        List<String> killed = cluster.stop();
        checks.add(new CheckResult("Every process stops when it is asked to",
            cluster.services().size() + " processes",
            killed.stream().map(name -> name + " had to be killed").toList()));
        begin("reading each node's disk with git fsck");
        checks.addAll(new DiskChecks(cluster.directory(), cluster.plan().nodeNames()).run(expected(convergence, last)));
    }

    private void begin(String phase) {
        progress.accept(String.format("%6.1f s  %s", clock.get().toMillis() / 1000.0, phase));
    }

    /** What was done to repositories that still have their name. */
    private List<Operation> named() {
        Set<String> named = Set.copyOf(repositories.all());
        return ledger.operations().stream().filter(operation -> named.contains(operation.repository())).toList();
    }

    private CheckResult enoughWasDone() {
        long pushes = ledger.operations().stream().filter(done -> done.isDone() && done.kind().isPush()).count();
        long reads = ledger.operations().stream().filter(done -> done.isDone() && !done.kind().isPush()).count();
        return new CheckResult("Clients could work", pushes + " pushes and " + reads + " reads succeeded",
            interruption.hasCome() || pushes >= DONE_PUSHES_MIN && reads >= DONE_READS_MIN ? List.of()
                : List.of("fewer than " + DONE_PUSHES_MIN + " pushes or " + DONE_READS_MIN + " reads succeeded"));
    }

    /** A last read of every repository, which goes into the ledger too. */
    private Map<String, FinalState> readAll() throws IOException, InterruptedException {
        Map<String, FinalState> states = new TreeMap<>();
        List<Callable<Optional<FinalState>>> reads = new ArrayList<>();
        List<String> all = repositories.all();
        all.forEach(repository -> reads.add(() -> readOnce(repository)));
        List<Optional<FinalState>> found = AtOnce.few(reads);
        for (int i = 0; i < all.size(); i++) {
            String repository = all.get(i);
            found.get(i).ifPresent(state -> states.put(repository, state));
        }
        return states;
    }

    private Optional<FinalState> readOnce(String repository) throws IOException, InterruptedException {
        Path home = Files.createDirectories(cluster.directory().clients().resolve("last").resolve(repository));
        BoundedGit git = new BoundedGit(home, Access.to(cluster).environment(), READ_MAX);
        Duration begun = clock.get();
        BoundedGit.Run run = git.run(home, List.of("ls-remote", "--symref",
            Access.to(cluster).url(Operation.Door.HTTP, repository)));
        boolean done = run.status() == 0;
        FinalState state = FinalState.parse(done ? run.out() : "");
        ledger.add(new Operation(0, Operation.Door.HTTP, Operation.Kind.LIST, repository, begun, clock.get(),
            List.of(), state.refs(), done ? new Outcome.Done(Optional.empty())
                : new Outcome.Unknown(PushReport.shortened(run.err()))));
        return done ? Optional.of(state) : Optional.empty();
    }

    private CheckResult sameForClientsAndNodes(Convergence convergence, Map<String, FinalState> last) {
        List<String> faults = new ArrayList<>();
        for (String repository : repositories.all()) {
            if (!last.containsKey(repository)) {
                faults.add(repository + " cannot be read");
            }
        }
        convergence.converged().forEach((repository, converged) -> {
            FinalState state = last.get(repository);
            if (state != null && !state.digest().equals(converged.digest())) {
                faults.add(repository + ": the refs that a client sees have the digest " + state.digest()
                    + ", all nodes say " + converged.digest());
            }
        });
        return new CheckResult("Clients see exactly the refs that each replica holds",
            convergence.converged().size() + " repositories, three digests each", faults);
    }

    private List<DiskChecks.Expected> expected(Convergence convergence, Map<String, FinalState> last) {
        List<DiskChecks.Expected> expected = new ArrayList<>();
        convergence.converged().forEach((repository, converged) -> {
            FinalState state = last.get(repository);
            if (state != null) {
                expected.add(new DiskChecks.Expected(repository, converged.id(), converged.packs().keySet(),
                    state.refs(), appended(repository)));
            }
        });
        return expected;
    }

    private Set<String> appended(String repository) {
        Set<String> commits = new HashSet<>();
        ledger.operations().stream().filter(Operation::isDone)
            .filter(operation -> operation.kind() == Operation.Kind.APPEND)
            .filter(operation -> operation.repository().equals(repository))
            .forEach(operation -> operation.changes().forEach(change -> change.after().ifPresent(commits::add)));
        return commits;
    }
}
