package dev.trine.deploy.local;

import java.nio.file.Path;
import picocli.CommandLine.Option;

/** The option that says which local cluster is meant. */
final class DataOption {
    @Option(names = "--data", paramLabel = "DIR", defaultValue = ".trine",
        description = "Directory of the local cluster (default: .trine).")
    private Path data = Path.of(".trine");

    ClusterDirectory directory() {
        return ClusterDirectory.at(data);
    }
}
