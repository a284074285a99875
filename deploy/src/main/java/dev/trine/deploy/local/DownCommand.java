package dev.trine.deploy.local;

import java.io.PrintWriter;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code trine down}: stops a local cluster; its data stay. */
@Command(name = "down", description = "Stop the local cluster; its data stay for the next 'trine up'.",
    footer = {"%nExamples:", "  trine down", "  trine down --data /tmp/try"})
public final class DownCommand implements Runnable {
    @Mixin
    private DataOption data = new DataOption();
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        ClusterDirectory directory = data.directory().existing();
        DirectoryLock.holding(directory, () -> {
            Processes processes = new Processes(directory, sentence -> err.println("trine: " + sentence));
            List<ClusterProcess> running = processes.running();
            processes.stopAll();
            out.println(running.isEmpty() ? "nothing was running in " + directory.root() : "stopped "
                + running.stream().map(ClusterProcess::id).collect(Collectors.joining(", ")));
        });
    }
}
