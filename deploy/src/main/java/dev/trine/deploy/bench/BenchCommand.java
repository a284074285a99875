package dev.trine.deploy.bench;

import dev.trine.common.config.ConfigException;
import dev.trine.common.lifecycle.Closer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code trine bench}: starts a cluster and others' servers, measures them side by side, and ends them. */
@Command(name = "bench",
    description = {"Measures a local cluster against C Git's own server side, and over HTTP against JGit's servlet,",
        "in one run on this machine."},
    footer = {"", "Needs OpenSSH's sshd, lighttpd and git's http-backend; deploy/bench/install installs them. What",
        "cannot run without one of them is left out, and the exit status is 1. All of it takes half an hour.", "",
        "Examples:", "  trine bench", "  trine bench --quick --json bench.json",
        "  trine bench --suite clone,fetch --repo linux.git --runs 20 --plot bench.svg"})
public final class BenchCommand implements Callable<Integer> {
    private static final String ALL = "all";
    private static final SyntheticHistory.Shape FULL_HISTORY =
        new SyntheticHistory.Shape(20_000, 200, 500, 1 << 20, 1);
    private static final SyntheticHistory.Shape QUICK_HISTORY =
        new SyntheticHistory.Shape(500, 10, 20, 1 << 18, 1);

    private final Function<ApartSuite, ApartSuite.Taking> apart;
    private final Supplier<List<String>> java;

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
        description = "Compare over this one only: ${COMPLETION-CANDIDATES} (default: HTTP; SSH where that matters).")
    private Optional<GitHost.Transport> transport = Optional.empty();

    @Option(names = "--peers", paramLabel = "NAME", split = ",",
        description = "Compare with these only: ${COMPLETION-CANDIDATES} (default: all; JGIT over HTTP only).")
    private Set<Peer> peers = EnumSet.allOf(Peer.class);

    @Option(names = "--runs", paramLabel = "N", description = "Turns of each row (default: 7; pushes: 40).")
    private Optional<Integer> runs = Optional.empty();

    @Spec
    private CommandSpec spec;

    /**
     * Makes the command.
     *
     * @param apart takes the figures of suites that need a cluster of their own
     * @param java  the Java program, with the options and the heap that a git server gets
     */
    public BenchCommand(Function<ApartSuite, ApartSuite.Taking> apart, Supplier<List<String>> java) {
        this.apart = apart;
        this.java = java;
    }

    @Override
    public Integer call() throws Exception {
        requireKnown(only);
        Optional<String> missing = Peers.missing();
        if (missing.isPresent()) {
            System.err.println("trine bench: " + missing.get());
            return 1;
        }
        // shorter than any server's: a client that sends on a connection that is being closed gets no answer
        System.setProperty("jdk.httpclient.keepalive.timeout", "15");
        return Interruptible.run(this::measure);
    }

    private int measure() throws Exception {
        Path work = Files.createTempDirectory("trine-bench");
        try (Closer closer = new Closer()) {
            Path source = given.isPresent() ? copyOf(given.get().toAbsolutePath(), work) : synthetic(work);
            if (!quick) {
                prepare(work);
            }
            Workload load = new Workload(amounts(), source, Files.createDirectory(work.resolve("clones")));
            load.branch(amounts().branches());
            Map<String, Object> facts = facts(source, work);
            Report report = new Report();
            run(cast(closer, work, load, report), report, () -> keep(report, facts));
            report.summary().forEach(System.out::println);
            System.out.println("figures written to " + json);
            plot.ifPresent(file -> System.out.println("ratios drawn in " + file));
            return report.isComplete() ? 0 : 1;
        } finally {
            Trees.delete(work);
        }
    }

    /** As its operator does once; what cannot be prepared is measured as it is. */
    private static void prepare(Path work) throws IOException, InterruptedException {
        System.out.println("preparing the installation");
        GitClient.Run run = LocalCluster.at(work.resolve("prepare")).trine("prepare");
        if (run.status() != 0) {
            System.out.println("it is measured unprepared: " + run.err().strip());
        }
    }

    /** Writes what is known so far: what comes later may be ended by whoever waits for it. */
    private void keep(Report report, Map<String, Object> facts) throws IOException {
        report.write(json, facts);
        if (plot.isPresent()) {
            Files.writeString(plot.get(), RatioPlot.draw(report));
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

    /** A cluster, and for each transport its peers or what to do about them. */
    private Programme.Cast cast(Closer closer, Path work, Workload load, Report report)
        throws IOException, InterruptedException, ConfigException {
        LocalCluster cluster = closer.open(LocalCluster.start(work.resolve("cluster")));
        Map<GitHost.Transport, List<GitHost>> hosts = new EnumMap<>(GitHost.Transport.class);
        Map<GitHost.Transport, String> missing = new EnumMap<>(GitHost.Transport.class);
        for (GitHost.Transport transport : GitHost.Transport.values()) {
            Optional<String> remedy = peers.contains(Peer.CGIT) ? Peers.missing(transport) : Optional.empty();
            if (remedy.isPresent()) {
                missing.put(transport, remedy.get());
                continue;
            }
            List<GitHost> own = new ArrayList<>(List.of(closer.open(TrineHost.of(transport, cluster.directory()))));
            if (peers.contains(Peer.CGIT)) {
                own.add(Peers.cGit(transport, closer, work));
            }
            if (transport == GitHost.Transport.HTTP && peers.contains(Peer.JGIT)) {
                jGit(closer, work, report).ifPresent(own::add);
            }
            if (own.size() > 1) {
                hosts.put(transport, own);
            } else {
                missing.put(transport, "none of the peers that were chosen is there over " + transport
                    + "; choose " + Peer.CGIT + ", too");
            }
        }
        return new Programme.Cast(hosts, missing, cluster, load);
    }

    /** If its jars are not there, the others are measured without it. */
    private Optional<GitHost> jGit(Closer closer, Path work, Report report) throws IOException, InterruptedException {
        Optional<String> remedy = JGit.missing();
        if (remedy.isPresent()) {
            report.add(new SuiteEnd("comparison with JGit", Optional.empty(), Duration.ZERO,
                new SuiteEnd.How.NotRun(remedy.get())));
            return Optional.empty();
        }
        return Optional.of(Peers.jGit(java.get(), closer, work));
    }

    private void run(Programme.Cast cast, Report report, Programme.Keeping keeping)
        throws IOException, InterruptedException {
        Stream<Suite> all = Stream.concat(Suites.all().stream(), Stream.of(ApartSuite.values()).map(suite ->
            suite.with(apart.apply(suite), quick)));
        List<Suite> wanted = all.filter(suite -> isAll() || only.contains(suite.name())).toList();
        Programme programme = new Programme(cast, report, keeping, System.out::println);
        Optional<Suite> warmUp = WarmUp.before(wanted);
        if (warmUp.isPresent()) {
            programme.run(warmUp.get(), transport);
        }
        System.out.println(Report.header());
        for (Suite suite : wanted) {
            programme.run(suite, transport);
        }
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
        facts.put("peers", peers);
        facts.put("source", given.map(Path::toString).orElse("synthetic"));
        facts.put("commits", git.run(source, "rev-list", "--count", "--all").orFail().strip());
        facts.put("pack_bytes", Workload.packBytes(source));
        return facts;
    }
}
