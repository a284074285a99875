package dev.trine.deploy.local;

import dev.trine.deploy.bench.Trees;
import dev.trine.inspector.cli.CommandFailure;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code trine prepare}: makes every later start quicker by the short life of a cluster that is then thrown away. */
@Command(name = "prepare", description = {
    "Make services and commands start with a third less work, once per installation.", "",
    "Starts a small cluster in a temporary directory, pushes to it, stops it, and keeps what Java had",
    "loaded in files beside Trine's jars. Never needed: without these files everything works as well."},
    footer = {"%nExample:", "  trine prepare"})
public final class PrepareCommand implements Runnable {
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

    private void live(Jvm jvm, Path home) {
        PrintWriter err = spec.commandLine().getErr();
        ClusterStart start = new ClusterStart(jvm, Set.of(), sentence -> err.println("trine: " + sentence));
        Optional<Integer> any = Optional.of(0);
        ClusterStart.Claim claim =
            start.claim(ClusterDirectory.at(home.resolve("data")), new Ports.Wishes(any, any, any));
        ClusterDirectory directory = claim.directory();
        try (Processes processes = new Processes(directory, sentence -> err.println("trine: " + sentence))) {
            Endpoints endpoints = start.start(claim, processes);
            Shell.run(directory.example(), Map.of("GIT_CONFIG_NOSYSTEM", "1"), List.of("git", "-c",
                "include.path=" + directory.gitConfig(), "push", "-q", endpoints.http() + "/demo/hello.git", "main"));
            Shell.run(home, Map.of(), jvm.command("repo", "describe", "demo/hello", "--cluster",
                directory.client().toString()));
        }
    }
}
