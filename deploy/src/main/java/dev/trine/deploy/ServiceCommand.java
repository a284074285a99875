package dev.trine.deploy;

import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Runs one service in this process, until it is told to stop. */
@Command
final class ServiceCommand implements Runnable {
    private final Entry entry;

    @Option(names = "--config", paramLabel = "FILE", required = true,
        description = "Configuration in YAML, as 'trine up' writes it to .trine/conf; an unknown key is an error.")
    private Path config = Path.of("");

    ServiceCommand(Entry entry) {
        this.entry = entry;
    }

    /** The main method of a service. */
    @FunctionalInterface
    interface Entry {
        void main(String[] args);
    }

    @Override
    public void run() {
        entry.main(new String[] {"--config", config.toString()});
    }
}
