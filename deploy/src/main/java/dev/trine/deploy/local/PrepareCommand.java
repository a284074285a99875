package dev.trine.deploy.local;

import dev.trine.common.config.ConfigException;
import dev.trine.deploy.bench.Trees;
import dev.trine.deploy.bench.WarmUp;
import dev.trine.inspector.cli.CommandFailure;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code trine prepare}: makes every later start quicker by the short life of a cluster that is then thrown away. */
@Command(name = "prepare", description = {
    "Make services and commands start with a third less work, once per installation.", "",
    "Starts a small cluster in a temporary directory, pushes to it and fetches from it many times, stops it,",
    "and keeps what Java had loaded, and seen of its work, in files beside Trine's jars. Never needed:",
    "without these files everything works as well, in its first minutes with more processor time."},
    footer = {"%nExample:", "  trine prepare"})
public final class PrepareCommand implements Runnable {
    private static final String REPOSITORY = "/demo/hello.git";
    /** A process that ends writes its archive first. */
    private static final Duration ARCHIVE_MAX = Duration.ofMinutes(5);

    @Option(names = "--rounds", paramLabel = "N", description = "How often each of eight clients pushes, lists and"
        + " fetches: fewer, and Java has seen less of the work (default: ${DEFAULT-VALUE}).", defaultValue = "100")
    private int rounds = 100;

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        Jvm jvm = Jvm.current();
        if (!Files.isWritable(jvm.lib())) {
            throw new CommandFailure("cannot write to " + jvm.lib() + ": run this as the user who owns it");
        }
        try {
            Path directory = Files.createTempDirectory("trine-prepare");
            try {
                live(jvm.makingArchives(), directory);
            } finally {
                Trees.delete(directory);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot use a temporary directory", e);
        }
        jvm.archives().forEach(ClassArchive::publish);
        spec.commandLine().getOut().println("prepared " + jvm.lib());
    }

    /** One request that fails costs no more than what Java would have seen of the rest. */
    private void rehearse(Path directory, String url) {
        try {
            WarmUp.rehearse(directory, url, rounds);
        } catch (IOException e) {
            spec.commandLine().getErr().println("trine: the rehearsal ended early, services start with less of what"
                + " it shows Java: " + e.getMessage());
        } catch (ConfigException e) {
            throw new CommandFailure("the cluster that was to be prepared with failed: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandFailure("interrupted", e);
        }
    }

    private void live(Jvm jvm, Path home) {
        PrintWriter err = spec.commandLine().getErr();
        ClusterStart start = new ClusterStart(jvm, Set.of(), sentence -> err.println("trine: " + sentence));
        Optional<Integer> any = Optional.of(0);
        ClusterStart.Claim claim =
            start.claim(ClusterDirectory.at(home.resolve("data")), new Ports.Wishes(any, any, any));
        ClusterDirectory directory = claim.directory();
        try (Processes processes =
                 new Processes(directory, ARCHIVE_MAX, sentence -> err.println("trine: " + sentence))) {
            Endpoints endpoints = start.start(claim, processes);
            Shell.run(directory.example(), Map.of("GIT_CONFIG_NOSYSTEM", "1"), List.of("git", "-c",
                "include.path=" + directory.gitConfig(), "push", "-q", endpoints.http() + REPOSITORY, "main"));
            rehearse(directory.root(), endpoints.http() + REPOSITORY);
            Shell.run(home, Map.of(), ARCHIVE_MAX, jvm.command("repo", "describe", "demo/hello", "--cluster",
                directory.client().toString()));
            processes.stop(List.of(ClusterProcess.values())); // at the same time: their archives take a while
        }
    }
}
