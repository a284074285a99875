package dev.trine.deploy.bench;

import dev.trine.common.lifecycle.Closer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code trine bench}: starts a cluster and C Git's servers, measures them side by side, and ends them. */
@Command(name = "bench",
    description = "Measures a local cluster against C Git's own server side, in one run on this machine.",
    footer = {"", "Needs OpenSSH's sshd, lighttpd and git's http-backend; deploy/bench/install installs them.", "",
        "Examples:", "  trine bench", "  trine bench --quick --json bench.json",
        "  trine bench --suite clone,fetch --repo linux.git --runs 20 --plot bench.svg"})
public final class BenchCommand implements Callable<Integer> {
    private static final String ALL = "all";
    private static final SyntheticHistory.Shape FULL_HISTORY =
        new SyntheticHistory.Shape(20_000, 200, 500, 1 << 20, 1);
    private static final SyntheticHistory.Shape QUICK_HISTORY =
        new SyntheticHistory.Shape(500, 10, 20, 1 << 18, 1);

    private final Function<ApartSuite, ApartSuite.Taking> apart;

    @Option(names = "--quick", description = "Much smaller amounts: shows that everything works, not how fast it is.")
    private boolean quick;

    @Option(names = "--json", paramLabel = "FILE",
        description = "Where to write the figures (default: ${DEFAULT-VALUE}).",
        defaultValue = "bench.json")
    private Path json = Path.of("bench.json");

    @Option(names = "--plot", paramLabel = "FILE", description = "Also draw the ratios there, as SVG.")
    private Optional<Path> plot = Optional.empty();

    @Option(names = "--repo", paramLabel = "PATH",
        description = "A repository to use instead of a made-up one; it is copied.")
    private Optional<Path> given = Optional.empty();

    @Option(names = "--suite", paramLabel = "NAME", split = ",", completionCandidates = SuiteNames.class,
        description = "Only these suites: ${COMPLETION-CANDIDATES}; all: every one, as without this option.")
    private List<String> only = List.of();

    @Option(names = "--transport", paramLabel = "NAME",
        description = "Only over one of these: ${COMPLETION-CANDIDATES}.")
    private Optional<GitHost.Transport> transport = Optional.empty();

    @Option(names = "--runs", paramLabel = "N", description = "Turns of each row (default: 7; pushes: 60).")
    private Optional<Integer> runs = Optional.empty();

    @Spec
    private CommandSpec spec;

    /**
     * Makes the command.
     *
     * @param apart takes the figures of suites that need a cluster of their own
     */
    public BenchCommand(Function<ApartSuite, ApartSuite.Taking> apart) {
        this.apart = apart;
    }

    @Override
    public Integer call() throws Exception {
        requireKnown(only);
        Optional<String> missing = Peers.missing();
        if (missing.isPresent()) {
            System.err.println("trine bench: " + missing.get());
            return 1;
        }
        Path work = Files.createTempDirectory("trine-bench");
        try (Closer closer = new Closer()) {
            Path source = given.isPresent() ? copyOf(given.get().toAbsolutePath(), work) : synthetic(work);
            LocalCluster cluster = closer.open(LocalCluster.start(work.resolve("cluster")));
            List<List<GitHost>> pairs = Peers.start(closer, work, cluster.directory());
            Workload load = new Workload(amounts(), source, Files.createDirectory(work.resolve("clones")));
            Map<String, Object> facts = facts(source, work);
            Report report = measure(cluster, pairs, load);
            report.write(json, facts);
            System.out.println("figures written to " + json);
            if (plot.isPresent()) {
                Files.writeString(plot.get(), RatioPlot.draw(report));
                System.out.println("ratios drawn in " + plot.get());
            }
            return 0;
        } finally {
            Trees.delete(work);
        }
    }

    private void requireKnown(List<String> names) {
        List<String> known = new SuiteNames().names();
        names.stream().filter(name -> !known.contains(name) && !name.equals(ALL)).findFirst().ifPresent(name -> {
            throw new ParameterException(spec.commandLine(),
                "there is no suite '" + name + "', there are " + String.join(", ", known));
        });
        if (runs.isPresent() && runs.get() < 1) {
            throw new ParameterException(spec.commandLine(), "--runs is at least 1");
        }
    }

    private Workload.Amounts amounts() {
        Workload.Amounts amounts = quick ? Workload.Amounts.QUICK : Workload.Amounts.FULL;
        return runs.isPresent() ? amounts.runs(runs.get()) : amounts;
    }

    private boolean isAll() {
        return only.isEmpty() || only.contains(ALL);
    }

    private Report measure(LocalCluster cluster, List<List<GitHost>> pairs, Workload load)
        throws IOException, InterruptedException {
        Stream<Suite> all = Stream.concat(Suites.all().stream(), Stream.of(ApartSuite.values()).map(suite ->
            suite.with(apart.apply(suite), quick)));
        List<Suite> wanted = all.filter(suite -> isAll() || only.contains(suite.name())).toList();
        List<List<GitHost>> contestants = pairs.stream().filter(pair ->
            transport.isEmpty() || transport.get() == pair.getFirst().transport()).toList();
        if (wanted.stream().anyMatch(suite -> suite.work() instanceof Suite.Work.Paired)) {
            for (List<GitHost> pair : contestants) {
                WarmUp.run(new Contest(pair, load, row -> { }));
            }
        }
        Report report = new Report();
        System.out.println(Report.header());
        for (Suite suite : wanted) {
            switch (suite.work()) {
                case Suite.Work.Paired paired -> {
                    for (List<GitHost> pair : contestants) {
                        paired.run(new Contest(pair, load, row -> System.out.println(report.add(suite, row))));
                    }
                }
                case Suite.Work.Own own ->
                    own.run(new Alone(cluster, load, figure -> System.out.println(report.add(suite, figure))));
            }
        }
        return report;
    }

    /** The names that --suite knows. */
    private static final class SuiteNames implements Iterable<String> {
        List<String> names() {
            return Stream.concat(Suites.all().stream().map(Suite::name),
                Stream.of(ApartSuite.values()).map(ApartSuite::id)).toList();
        }

        @Override
        public Iterator<String> iterator() {
            return names().iterator();
        }
    }

    private Path synthetic(Path work) throws IOException, InterruptedException {
        System.out.println("making a history of " + (quick ? QUICK_HISTORY : FULL_HISTORY).commits() + " commits");
        Path source = Files.createDirectory(work.resolve("source.git"));
        GitClient git = new GitClient(work.resolve("home-source"), Map.of());
        git.run(source, "init", "-q", "--bare", "-b", "main").orFail();
        git.feed(source, in -> SyntheticHistory.write(quick ? QUICK_HISTORY : FULL_HISTORY, in),
            "fast-import", "--quiet").orFail();
        git.run(source, "repack", "-adq").orFail();
        return source;
    }

    /** The scenarios add commits to it, and look for its newest one under main: somebody's own is left alone. */
    private static Path copyOf(Path repository, Path work) throws IOException, InterruptedException {
        Path source = Files.createDirectory(work.resolve("source.git"));
        GitClient git = new GitClient(work.resolve("home-source"), Map.of());
        git.run(source, "clone", "-q", "--mirror", repository.toString(), ".").orFail();
        if (git.run(source, "rev-parse", "-q", "--verify", "refs/heads/main").status() != 0) {
            git.run(source, "update-ref", "refs/heads/main", "HEAD").orFail();
        }
        return source;
    }

    private Map<String, Object> facts(Path source, Path work) throws IOException, InterruptedException {
        GitClient git = new GitClient(work.resolve("home-source"), Map.of());
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("at", Instant.now().toString());
        facts.put("quick", quick);
        facts.put("processors", Runtime.getRuntime().availableProcessors());
        facts.put("java", System.getProperty("java.version"));
        facts.put("git", git.run(source, "--version").orFail().strip());
        facts.put("source", given.map(Path::toString).orElse("synthetic"));
        facts.put("commits", git.run(source, "rev-list", "--count", "--all").orFail().strip());
        try (Stream<Path> packs = Files.list(source.resolve("objects/pack"))) {
            long bytes = 0;
            for (Path pack : new ArrayList<>(packs.toList())) {
                bytes += Files.size(pack);
            }
            facts.put("pack_bytes", bytes);
        }
        return facts;
    }
}
