package dev.trine.deploy;

import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Runs one service in this process, until it is told to stop. */
@Command
final class ServiceCommand implements Runnable {
    private final Service service;

    @Option(names = "--config", paramLabel = "FILE", required = true,
        description = "Configuration in YAML, as 'trine up' writes it to .trine/conf; an unknown key is an error.")
    private Path config = Path.of("");

    ServiceCommand(Service service) {
        this.service = service;
    }

    @Override
    public void run() {
        service.run(config.toString());
    }
}
