package dev.trine.deploy.chaos;

import dev.trine.deploy.bench.Trees;
import dev.trine.deploy.local.Jvm;
import dev.trine.inspector.cli.Output;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code trine lab chaos}: a real cluster, real git clients, real faults, and a report. */
@Command(name = "chaos", description = {
    "Break a real cluster on this machine while git clients use it, and prove that nothing is lost.", "",
    "Three git servers, two routers, both proxies and MariaDB run as processes of their own, with data in a",
    "directory that is removed at the end. Faults follow from the seed. The exit status is 0 if every check holds."},
    footer = {"%nExamples:", "  trine lab chaos --minutes 3 --seed 1 --report chaos.html",
        "  trine lab chaos --minutes 1 --faults kill,freeze --keep --data chaos"})
public final class ChaosCommand implements Callable<Integer> {
    private static final int CLIENTS_MIN = 2;
    private static final int NODES_MAX = 9;
    private static final int FAILED = 1;
    private static final int MILLIS_PER_MINUTE = 60_000;
    private static final int FAULTS_SHOWN_MAX = 10;

    @Option(names = "--minutes", paramLabel = "M", defaultValue = "3",
        description = "How long clients work (default: ${DEFAULT-VALUE}); a fraction is allowed.")
    private double minutes;
    @Option(names = "--seed", paramLabel = "S", defaultValue = "1",
        description = "What the schedule of faults follows from (default: ${DEFAULT-VALUE}).")
    private long seed;
    @Option(names = "--report", paramLabel = "FILE", defaultValue = "chaos.html",
        description = "Where to write the report, and beside it the same as JSON (default: ${DEFAULT-VALUE}).")
    private Path report = Path.of("chaos.html");
    @Option(names = "--clients", paramLabel = "N", defaultValue = "20",
        description = "How many git clients work at once (default: ${DEFAULT-VALUE}).")
    private int clients;
    @Option(names = "--nodes", paramLabel = "N", defaultValue = "3",
        description = "How many git servers there are, 3 to 9 (default: ${DEFAULT-VALUE}); with more than 3 there are"
            + " as many shards, each of three.")
    private int nodes;
    @Option(names = "--faults", paramLabel = "KIND", split = ",",
        description = "Only these kinds of faults (default: all that are possible here).")
    private List<String> faults = List.of();
    @Option(names = "--data", paramLabel = "DIR", description = "Where to keep everything; a directory that does not"
        + " exist yet (default: a temporary one).")
    private Optional<Path> data = Optional.empty();
    @Option(names = "--keep", description = "Keep the directory, for a look at logs and disks; a failed run keeps it.")
    private boolean keep;
    @Option(names = "--embedded-database", description = "Use the router's embedded database, with one router, even"
        + " where MariaDB is installed.")
    private boolean embedded;
    @Mixin
    private Output output;
    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        requireSense();
        Files.createDirectories(report.toAbsolutePath().getParent());
        Set<FaultKind> wanted = faults.isEmpty() ? EnumSet.allOf(FaultKind.class) : chosen();
        if (!Enclosure.isInside()) {
            Optional<String> obstacle = Enclosure.obstacle();
            if (obstacle.isEmpty()) {
                return Enclosure.run(Jvm.current(), spec.root().commandLine().getParseResult().originalArgs());
            }
            tell("no network and mounts of our own (" + obstacle.get() + "): faults of the network come from the"
                + " built-in fault links alone");
        }
        CountDownLatch over = new CountDownLatch(1);
        Interruption interruption = new Interruption();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> interrupt(interruption, over), "interrupt"));
        try {
            return enclosed(wanted, interruption);
        } finally {
            over.countDown();
        }
    }

    private int enclosed(Set<FaultKind> wanted, Interruption interruption) throws Exception {
        boolean mariaDb = !embedded && MariaDb.program().isPresent();
        if (!embedded && !mariaDb) {
            tell("MariaDB is not installed (deploy/install-test-tools installs it): one router with its embedded"
                + " database, no faults of the database");
        }
        LabDirectory directory = directory();
        Prospects prospects = Prospects.find(directory, nodes, mariaDb, wanted);
        prospects.missing().forEach(this::tell);
        ClusterPlan plan = ClusterPlan.of(nodes, mariaDb);
        Duration length = Duration.ofMillis((long) (minutes * MILLIS_PER_MINUTE));
        ChaosSettings settings = new ChaosSettings(seed, length, clients, ChaosSettings.pauseFor(clients),
            prospects.kinds(), command());
        Schedule schedule = Schedule.of(seed, length, prospects.kinds(), plan.nodeNames(),
            List.copyOf(plan.services().keySet()));
        tell("seed " + seed + ", " + schedule.entries().size() + " faults:");
        schedule.entries().forEach(entry -> tell("  " + entry));
        ChaosRun run = new ChaosRun(settings, directory, interruption, this::tell);
        return conclude(run.run(schedule, plan), directory, plan.nodeNames());
    }

    /** Lets Ctrl-C end the run early, and not before everything is cleaned up and the report written. */
    private static void interrupt(Interruption interruption, CountDownLatch over) {
        interruption.come(System.nanoTime());
        try {
            over.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private String command() {
        return "trine " + String.join(" ", spec.root().commandLine().getParseResult().originalArgs());
    }

    private int conclude(RunResult result, LabDirectory directory, List<String> nodeNames)
        throws IOException, InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        JsonReport facts = new JsonReport(result);
        output.one(out, facts.toMap(), () -> result.checks().forEach(check -> {
            out.println((check.holds() ? "ok    " : "FAILS ") + check.name() + " (" + check.examined() + ")");
            check.faults().stream().limit(FAULTS_SHOWN_MAX).forEach(fault -> out.println("      " + fault));
        }));
        Path json = report.resolveSibling(report.getFileName().toString().replaceFirst("\\.html$", "") + ".json");
        Files.writeString(report, new HtmlReport(result).render());
        Files.writeString(json, facts.render());
        tell("report written to " + report + " and " + json);
        Disks disks = new Disks(directory);
        boolean kept = keep || !result.passed();
        for (String node : nodeNames) {
            if (kept) {
                disks.keep(node);
            } else {
                disks.unmount(node);
            }
        }
        if (kept) {
            tell("everything is kept in " + directory.root());
        } else {
            Trees.delete(directory.root());
        }
        return result.passed() ? 0 : FAILED;
    }

    private void requireSense() {
        if (minutes <= 0 || minutes > 24 * 60) {
            throw new ParameterException(spec.commandLine(), "--minutes must be more than 0 and at most a day");
        }
        if (clients < CLIENTS_MIN || nodes < 3 || nodes > NODES_MAX) {
            throw new ParameterException(spec.commandLine(),
                "--clients must be 2 or more, --nodes 3 to " + NODES_MAX);
        }
    }

    private Set<FaultKind> chosen() {
        EnumSet<FaultKind> kinds = EnumSet.noneOf(FaultKind.class);
        for (String id : faults) {
            kinds.add(FaultKind.named(id).orElseThrow(() -> new ParameterException(spec.commandLine(),
                "there is no fault '" + id + "', there are " + String.join(", ", FaultKind.ids()))));
        }
        return kinds;
    }

    private LabDirectory directory() throws IOException {
        if (data.isEmpty()) {
            return new LabDirectory(Files.createTempDirectory("trine-chaos").toRealPath());
        }
        if (Files.exists(data.get())) {
            throw new ParameterException(spec.commandLine(), data.get() + " exists already: name another directory");
        }
        return new LabDirectory(Files.createDirectories(data.get()).toRealPath());
    }

    private void tell(String sentence) {
        PrintWriter err = spec.commandLine().getErr();
        err.println("trine: " + sentence);
        err.flush();
    }
}
