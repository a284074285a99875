package dev.trine.deploy.chaos;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Brings a node with an empty disk back as an operator would: {@code trine node replace}. */
final class NodeReplacement {
    private static final long MINUTES_MAX = 5;

    private final Cluster cluster;

    NodeReplacement(Cluster cluster) {
        this.cluster = cluster;
    }

    /** Runs the command until all repositories are back. */
    void replace(String node) throws IOException, InterruptedException {
        Path log = cluster.directory().log("replace");
        Path client = cluster.directory().root().resolve("client.yaml");
        List<String> command = List.of(Path.of(System.getProperty("trine.launcher", "trine")).toString(), "node",
            "replace", node, node, "--cluster", client.toString());
        Process process = new ProcessBuilder(command).redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile())).start();
        if (!process.waitFor(MINUTES_MAX, TimeUnit.MINUTES)) {
            process.destroyForcibly().waitFor();
            throw new IOException("trine node replace " + node + " has not ended in " + MINUTES_MAX + " minutes");
        }
        if (process.exitValue() != 0) {
            throw new IOException("trine node replace " + node + " failed: " + Files.readString(log).strip());
        }
    }
}
