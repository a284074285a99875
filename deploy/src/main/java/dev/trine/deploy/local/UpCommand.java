package dev.trine.deploy.local;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code trine up}: starts a local cluster, a new one or one that was stopped. */
@Command(name = "up", description = {
    "Start a cluster on this machine, or take up one that was stopped.", "",
    "Three git servers, each a process of its own, and one process with the shard router and both",
    "proxies, all on loopback. Everything that they keep lies in one directory.",
    "Without --detach it runs until Ctrl-C."},
    footer = {"%nExamples:", "  trine up --detach",
        "  trine up --data /tmp/try --http-port 0 --ssh-port 0 --api-port 0"})
public final class UpCommand implements Runnable {
    private static final Duration WATCH = Duration.ofMillis(500);

    @Mixin
    private DataOption data = new DataOption();
    @Option(names = "--http-port", paramLabel = "PORT", defaultValue = Option.NULL_VALUE,
        description = "Port for Git over HTTP; 0: any free one (default: as before, at first 8080).")
    private Optional<Integer> http = Optional.empty();
    @Option(names = "--ssh-port", paramLabel = "PORT", defaultValue = Option.NULL_VALUE,
        description = "Port for Git over SSH; 0: any free one (default: as before, at first 2222).")
    private Optional<Integer> ssh = Optional.empty();
    @Option(names = "--api-port", paramLabel = "PORT", defaultValue = Option.NULL_VALUE,
        description = "Port for commands; 0: any free one (default: as before, at first 9090).")
    private Optional<Integer> api = Optional.empty();
    @Option(names = {"-d", "--detach"}, description = "Return when the cluster is ready, and let it run.")
    private boolean detach;
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        ClusterStart start = new ClusterStart(Jvm.current(), homes(), this::tell);
        ClusterStart.Claim claim = start.claim(data.directory(), new Ports.Wishes(http, ssh, api));
        Processes processes = new Processes(claim.directory(), this::tell);
        Thread stop = new Thread(processes::close, "stop");
        Runtime.getRuntime().addShutdownHook(stop);
        DirectoryLock.holding(claim.directory(), () -> {
            Endpoints endpoints = start.start(claim, processes);
            new Welcome(claim.directory(), endpoints, Path.of("")).print(spec.commandLine().getOut());
        });
        if (detach) {
            Runtime.getRuntime().removeShutdownHook(stop);
        } else {
            stay(processes);
        }
    }

    /** Where shells say that he is at home, and where ssh does, which asks the system's list of users. */
    private static Set<Path> homes() {
        return Stream.of(System.getenv("HOME"), System.getProperty("user.home"))
            .filter(home -> home != null && !home.isBlank()).map(home -> Path.of(home).toAbsolutePath())
            .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    /** Until Ctrl-C, which stops the processes, or until another command has stopped them. */
    private void stay(Processes processes) {
        tell("running; Ctrl-C stops it");
        while (!processes.running().isEmpty()) {
            Processes.pause(WATCH);
        }
        tell("all processes have ended");
    }

    private void tell(String sentence) {
        PrintWriter err = spec.commandLine().getErr();
        err.println("trine: " + sentence);
        err.flush();
    }
}
