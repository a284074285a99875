package dev.trine.deploy.bench;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * A real cluster on this machine, started and stopped by the launcher script as a user would: four processes on free
 * loopback ports. The benchmark and the end-to-end tests share it.
 */
public final class LocalCluster implements AutoCloseable {
    /** System property with the path of the launcher script. */
    public static final String LAUNCHER = "trine.launcher";

    private static final Duration LOOK_EVERY = Duration.ofSeconds(1);
    /** Of all its processes in one look; an idle one uses a fiftieth of a second. */
    private static final Duration CALM_CPU = Duration.ofMillis(200);
    private static final int CALM_LOOKS = 2;
    private static final Duration CALM_MAX = Duration.ofMinutes(3);

    private final Path directory;
    private final GitClient shell;

    private LocalCluster(Path directory) throws IOException {
        this.directory = directory;
        this.shell = new GitClient(directory.resolveSibling(directory.getFileName() + "-home"), Map.of());
    }

    /** Starts a cluster on a data directory and returns when it is ready. */
    public static LocalCluster start(Path directory) throws IOException, InterruptedException {
        LocalCluster cluster = at(directory);
        try {
            cluster.up();
        } catch (IOException | InterruptedException e) {
            // what of it runs already
            try {
                cluster.down();
            } catch (IOException suppressed) {
                e.addSuppressed(suppressed);
            }
            throw e;
        }
        return cluster;
    }

    /** One that does not run yet. */
    static LocalCluster at(Path directory) throws IOException {
        return new LocalCluster(directory);
    }

    /** The data directory. */
    public Path directory() {
        return directory;
    }

    /** Process ids of its running processes. */
    Collection<Long> processIds() throws IOException {
        return processIds(directory);
    }

    /** The same of a cluster that somebody else started. */
    static Collection<Long> processIds(Path directory) throws IOException {
        List<Long> pids = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory.resolve("run"), "*.pid")) {
            for (Path file : files) {
                pids.add(Long.valueOf(Files.readString(file).strip()));
            }
        }
        return pids;
    }

    /**
     * Waits, though not for ever, until its processes have done what they do by themselves: maintenance after pushes,
     * above all.
     */
    public void awaitCalm() throws IOException, InterruptedException {
        awaitCalm(directory);
    }

    /** The same for a cluster that somebody else started. */
    static void awaitCalm(Path directory) throws IOException, InterruptedException {
        Collection<Long> processes = processIds(directory);
        ReplicaPacks packs = new ReplicaPacks(directory.resolve("data"));
        long end = System.nanoTime() + CALM_MAX.toNanos();
        Duration used = ProcessTrees.cpu(processes);
        int calm = 0;
        while (calm < CALM_LOOKS && System.nanoTime() < end) {
            Thread.sleep(LOOK_EVERY);
            Duration now = ProcessTrees.cpu(processes);
            // one that waits for its turn to rewrite a repository is idle, but not done
            calm = now.minus(used).compareTo(CALM_CPU) <= 0 && packs.areRewritten() ? calm + 1 : 0;
            used = now;
        }
    }

    /** Starts it, or starts it again after {@link #down}. */
    public void up() throws IOException, InterruptedException {
        trine("up", "--detach", "--data", directory.toString(), "--http-port", "0", "--ssh-port", "0",
            "--api-port", "0").orFail();
    }

    /** Stops it cleanly. */
    public void down() throws IOException, InterruptedException {
        trine("down", "--data", directory.toString()).orFail();
    }

    /** Does one of stop, kill, start to one process. */
    public void node(String action, String name) throws IOException, InterruptedException {
        trine("node", action, name, "--data", directory.toString()).orFail();
    }

    /** Runs an administrator's command against this cluster. */
    public GitClient.Run admin(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(arguments));
        command.add("--cluster");
        command.add(directory.resolve("client.yaml").toString());
        return trine(command.toArray(String[]::new));
    }

    @Override
    public void close() throws IOException, InterruptedException {
        down();
    }

    /** Runs the launcher with any arguments. */
    public GitClient.Run trine(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(launcher().toString()));
        command.addAll(List.of(arguments));
        return shell.command(directory.toAbsolutePath().getParent(), command);
    }

    private static Path launcher() throws IOException {
        Path launcher = Path.of(System.getProperty(LAUNCHER, "trine")).toAbsolutePath();
        if (!Files.isExecutable(launcher)) {
            throw new IOException("no launcher at " + launcher + "; set the system property " + LAUNCHER);
        }
        return launcher;
    }
}
