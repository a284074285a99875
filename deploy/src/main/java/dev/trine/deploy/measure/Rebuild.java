package dev.trine.deploy.measure;

import dev.trine.deploy.bench.GitClient;
import dev.trine.deploy.bench.SyntheticHistory;
import dev.trine.deploy.bench.Trees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * A node's disk is lost: how fast is an empty one filled, against a plain copy of the same files on the same disk?
 *
 * @param source a repository to host; empty: a made-up one
 * @param copies how many repositories it is hosted as
 */
record Rebuild(Optional<Path> source, int copies) implements Measurement {
    private static final SyntheticHistory.Shape HISTORY =
        new SyntheticHistory.Shape(20_000, 200, 500, 1 << 20, 1);
    private static final String REPOSITORY = "measure/rebuild-";
    private static final String NODE = "n3";
    private static final String HEALTHY = "n1";
    private static final Duration EQUAL_MAX = Duration.ofMinutes(10);

    @Override
    public Map<String, Object> take(Path work, Consumer<String> progress) throws Exception {
        try (MeasuredCluster cluster = MeasuredCluster.start(work)) {
            fill(cluster, work, progress);
            cluster.processes().node("stop", NODE);
            Path disks = cluster.processes().directory().resolve("data");
            Trees.delete(disks.resolve(NODE));
            cluster.processes().node("start", NODE);
            progress.accept(NODE + " has lost its disk and starts with an empty one");
            long began = System.nanoTime();
            progress.accept(cluster.processes().admin("node", "replace", NODE, NODE).orFail().strip());
            Duration took = Duration.ofNanos(System.nanoTime() - began);
            for (int i = 1; i <= copies; i++) {
                cluster.awaitEqual(REPOSITORY + i, EQUAL_MAX);
            }
            return figures(took, disks.resolve(HEALTHY).resolve("objects"), disks.resolve(NODE).resolve("objects"),
                work);
        }
    }

    private void fill(MeasuredCluster cluster, Path work, Consumer<String> progress)
        throws IOException, InterruptedException {
        GitClient git = cluster.git();
        Path repository = source.isPresent() ? source.get().toAbsolutePath() : made(git, work);
        for (int i = 1; i <= copies; i++) {
            git.run(repository, "push", "-q", cluster.url(REPOSITORY + i), "refs/heads/*:refs/heads/*",
                "refs/tags/*:refs/tags/*").orFail();
            cluster.awaitEqual(REPOSITORY + i, EQUAL_MAX);
            progress.accept("pushed " + i + " of " + copies + " repositories");
        }
    }

    private static Path made(GitClient git, Path work) throws IOException, InterruptedException {
        Path repository = Files.createDirectory(work.resolve("source.git"));
        git.run(repository, "init", "-q", "--bare", "-b", "main").orFail();
        git.feed(repository, in -> SyntheticHistory.write(HISTORY, in), "fast-import", "--quiet").orFail();
        return repository;
    }

    private Map<String, Object> figures(Duration took, Path from, Path rebuilt, Path work)
        throws IOException, InterruptedException {
        double megabytes = bytes(rebuilt) / 1e6;
        Path copy = work.resolve("copy");
        Duration plain = run(List.of("cp", "-r", from.toString(), copy.toString()));
        Duration synced = plain.plus(run(List.of("sync", "-f", copy.toString())));
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("repositories", copies);
        figures.put("megabytes of packs and indexes", Math.round(megabytes));
        figures.put("rebuilt in ms", took.toMillis());
        figures.put("rebuilt at MB/s", Math.round(megabytes * 1e3 / took.toMillis()));
        figures.put("cp -r at MB/s", Math.round(bytes(copy) / 1e3 / plain.toMillis()));
        figures.put("cp -r with sync at MB/s", Math.round(bytes(copy) / 1e3 / synced.toMillis()));
        return figures;
    }

    private static long bytes(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            long sum = 0;
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                sum += Files.size(file);
            }
            return sum;
        }
    }

    private static Duration run(List<String> command) throws IOException, InterruptedException {
        long began = System.nanoTime();
        int status = new ProcessBuilder(command).inheritIO().start().waitFor();
        if (status != 0) {
            throw new IOException(String.join(" ", command) + " failed");
        }
        return Duration.ofNanos(System.nanoTime() - began);
    }
}
