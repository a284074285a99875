package dev.trine.deploy.local;

import dev.trine.inspector.cli.CommandFailure;
import java.io.PrintWriter;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code trine node}: makes processes of a local cluster fail, and brings them back. */
@Command(name = "node", description = {
    "Stop, kill and start single processes of the local cluster.", "",
    "They are n1, n2, n3, and front, which is the shard router and both proxies."},
    footer = {"%nExamples:", "  trine node kill n2", "  trine node start n2"})
public final class NodeCommand {
    private static final String NAME_HELP = "n1, n2, n3 or front.";

    @Spec
    private CommandSpec spec;

    @Command(name = "stop", description = "Stop a process cleanly, as for maintenance.",
        footer = {"%nExample:", "  trine node stop n1"})
    void stop(@Mixin DataOption data, @Parameters(paramLabel = "NAME", description = NAME_HELP) String name) {
        ClusterProcess process = ClusterProcess.named(name);
        change(data, processes -> {
            requireRunning(processes, process);
            processes.stop(List.of(process));
            out().println("stopped " + name);
        });
    }

    @Command(name = "kill", description = "End a process at once, as a power cut would.",
        footer = {"%nExample:", "  trine node kill n2"})
    void kill(@Mixin DataOption data, @Parameters(paramLabel = "NAME", description = NAME_HELP) String name) {
        ClusterProcess process = ClusterProcess.named(name);
        change(data, processes -> {
            requireRunning(processes, process);
            processes.kill(process);
            out().println("killed " + name);
        });
    }

    @Command(name = "start", description = "Start a process again; it catches up by itself.",
        footer = {"%nExample:", "  trine node start n2"})
    void start(@Mixin DataOption data, @Parameters(paramLabel = "NAME", description = NAME_HELP) String name) {
        ClusterProcess process = ClusterProcess.named(name);
        ClusterDirectory directory = data.directory().existing();
        Optional<Ports> ports = Ports.load(directory);
        change(data, processes -> {
            if (processes.isRunning(process)) {
                throw new CommandFailure(name + " is running already");
            }
            if (ports.isEmpty()) {
                throw new CommandFailure("this cluster was never started: start it with 'trine up'");
            }
            processes.start(process, Jvm.current());
            new Readiness(directory, processes, ports.get()).await(process);
            out().println("started " + name);
        });
    }

    private void change(DataOption data, Consumer<Processes> change) {
        ClusterDirectory directory = data.directory().existing();
        PrintWriter err = spec.commandLine().getErr();
        DirectoryLock.holding(directory,
            () -> change.accept(new Processes(directory, sentence -> err.println("trine: " + sentence))));
    }

    private static void requireRunning(Processes processes, ClusterProcess process) {
        if (!processes.isRunning(process)) {
            throw new CommandFailure(process.id() + " is not running");
        }
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }
}
