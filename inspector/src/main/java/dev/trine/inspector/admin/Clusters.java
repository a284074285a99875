package dev.trine.inspector.admin;

import dev.trine.common.config.ConfigException;
import dev.trine.common.config.ConfigFile;
import dev.trine.inspector.cli.CommandFailure;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** Finds the cluster that a command is meant for: {@code --cluster}, else the environment, else the default place. */
record Clusters(Map<String, String> environment, Path workingDirectory) {
    static final String VARIABLE = "TRINE_CLUSTER";
    private static final Path DEFAULT = Path.of(".trine", "client.yaml");

    /** Prepares to call the cluster; nothing is sent yet. */
    AdminClient connect(Optional<Path> chosen) {
        Path file = file(chosen);
        if (!Files.isRegularFile(file)) {
            throw new CommandFailure("there is no cluster file " + file
                + ": start a cluster with 'trine up', or name its file with --cluster or $" + VARIABLE);
        }
        ClusterFile cluster = load(file);
        return AdminClient.open(cluster.api(), cluster.token(), cluster.authority().map(file::resolveSibling), file);
    }

    /** The cluster's file, which may be missing. */
    Path file(Optional<Path> chosen) {
        return workingDirectory.resolve(chosen.or(this::fromEnvironment).orElse(DEFAULT));
    }

    private Optional<Path> fromEnvironment() {
        return Optional.ofNullable(environment.get(VARIABLE)).filter(value -> !value.isBlank()).map(Path::of);
    }

    private static ClusterFile load(Path file) {
        try {
            return ConfigFile.load(file, ClusterFile.class);
        } catch (ConfigException e) {
            throw new CommandFailure("the cluster file " + file + " cannot be used: " + e.getMessage(), e);
        }
    }
}
