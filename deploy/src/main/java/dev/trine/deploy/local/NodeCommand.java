package dev.trine.deploy.local;

import dev.trine.inspector.cli.CommandFailure;
import java.io.PrintWriter;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** Commands below {@code trine node} that make processes of a local cluster fail, and bring them back. */
public final class NodeCommand {
    private NodeCommand() {
    }

    /** Hangs them below the command {@code node}. */
    public static void addTo(CommandLine node) {
        node.addSubcommand(new Stop());
        node.addSubcommand(new Kill());
        node.addSubcommand(new Start());
    }

    /** Which process of which local cluster is meant. */
    private static final class Chosen {
        @Mixin
        private DataOption data = new DataOption();
        @Parameters(paramLabel = "NAME", description = "n1, n2, n3, or front: the shard router and both proxies.")
        private String name = "";
        @Spec(Target.MIXEE)
        private CommandSpec spec;

        ClusterProcess process() {
            return ClusterProcess.named(name);
        }

        ClusterDirectory directory() {
            return data.directory().existing();
        }

        void change(Consumer<Processes> change) {
            ClusterDirectory directory = directory();
            PrintWriter err = spec.commandLine().getErr();
            DirectoryLock.holding(directory,
                () -> change.accept(new Processes(directory, sentence -> err.println("trine: " + sentence))));
        }

        void requireRunning(Processes processes) {
            if (!processes.isRunning(process())) {
                throw new CommandFailure(name + " is not running");
            }
        }

        void tell(String done) {
            spec.commandLine().getOut().println(done + " " + name);
        }
    }

    /** {@code trine node stop}. */
    @Command(name = "stop", description = "Stop a local process cleanly, as for maintenance.",
        footer = {"%nExample:", "  trine node stop n1"})
    private static final class Stop implements Runnable {
        @Mixin
        private Chosen chosen = new Chosen();

        @Override
        public void run() {
            ClusterProcess process = chosen.process();
            chosen.change(processes -> {
                chosen.requireRunning(processes);
                processes.stop(List.of(process));
                chosen.tell("stopped");
            });
        }
    }

    /** {@code trine node kill}. */
    @Command(name = "kill", description = "End a local process at once, as a power cut would.",
        footer = {"%nExample:", "  trine node kill n2"})
    private static final class Kill implements Runnable {
        @Mixin
        private Chosen chosen = new Chosen();

        @Override
        public void run() {
            ClusterProcess process = chosen.process();
            chosen.change(processes -> {
                chosen.requireRunning(processes);
                processes.kill(process);
                chosen.tell("killed");
            });
        }
    }

    /** {@code trine node start}. */
    @Command(name = "start", description = {"Start a local process again; it catches up by itself.",
        "A node whose data directory is gone starts with a new, empty disk: see 'trine node replace'."},
        footer = {"%nExample:", "  trine node start n2"})
    private static final class Start implements Runnable {
        @Mixin
        private Chosen chosen = new Chosen();

        @Override
        public void run() {
            ClusterProcess process = chosen.process();
            ClusterDirectory directory = chosen.directory();
            Optional<Ports> ports = Ports.load(directory);
            chosen.change(processes -> {
                if (processes.isRunning(process)) {
                    throw new CommandFailure(process.id() + " is running already");
                }
                if (ports.isEmpty()) {
                    throw new CommandFailure("this cluster was never started: start it with 'trine up'");
                }
                processes.start(process, Jvm.current());
                new Readiness(directory, processes, ports.get()).await(process);
                chosen.tell("started");
            });
        }
    }
}
