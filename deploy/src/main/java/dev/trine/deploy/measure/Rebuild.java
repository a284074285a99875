package dev.trine.deploy.measure;

import dev.trine.deploy.bench.GitClient;
import dev.trine.deploy.bench.SyntheticHistory;
import dev.trine.deploy.bench.Trees;
import dev.trine.proto.Replacement;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * A node's disk is lost: how fast is an empty one filled, against a plain copy of the same files on the same disk? It
 * is filled when the node votes in every repository, with all that it holds durable.
 *
 * @param source    a repository to host; empty: a made-up one
 * @param commits   of the made-up one
 * @param copies    how many repositories it is hosted as
 * @param bandwidth catch-up.bandwidth of the git servers; empty: its default
 */
record Rebuild(Optional<Path> source, int commits, int copies, Optional<String> bandwidth) implements Measurement {
    private static final double MEGABYTE = 1e6;
    private static final String REPOSITORY = "measure/rebuild-";
    private static final String NODE = "n3";
    private static final String HEALTHY = "n1";
    private static final Duration EQUAL_MAX = Duration.ofMinutes(10);
    private static final Duration POLL = Duration.ofMillis(20);
    private static final int PUSHES_AT_ONCE = 4;

    @Override
    public Map<String, Object> take(Path work, Consumer<String> progress) throws Exception {
        String limit = bandwidth.map(value -> "catch-up:\n  bandwidth: " + value + "\n").orElse("");
        try (MeasuredCluster cluster = MeasuredCluster.start(work, limit)) {
            fill(cluster, work, progress);
            Path disks = cluster.processes().directory().resolve("data");
            cluster.processes().awaitCalm();
            cluster.processes().node("stop", NODE);
            Trees.delete(disks.resolve(NODE));
            cluster.processes().node("start", NODE);
            progress.accept(NODE + " has lost its disk and starts with an empty one");
            long began = System.nanoTime();
            Replacement replacement = await(cluster, cluster.replace(NODE, NODE), now ->
                now.getRepositoriesMoved() >= copies && now.getRepositoriesLeft() == 0);
            Duration moved = Duration.ofNanos(System.nanoTime() - began);
            await(cluster, replacement, now -> now.getState().equals("DONE"));
            Duration over = Duration.ofNanos(System.nanoTime() - began);
            progress.accept(NODE + " votes in all repositories again");
            for (int i = 1; i <= copies; i++) {
                cluster.awaitEqual(REPOSITORY + i, EQUAL_MAX);
            }
            Map<String, Object> figures = figures(moved, disks.resolve(HEALTHY).resolve("objects"),
                disks.resolve(NODE).resolve("objects"), work);
            figures.put("until the replacement is over, in ms", over.toMillis());
            return figures;
        }
    }

    private static Replacement await(MeasuredCluster cluster, Replacement begun, Predicate<Replacement> reached)
        throws IOException, InterruptedException {
        long end = System.nanoTime() + EQUAL_MAX.toNanos();
        Replacement now = cluster.replacement(begun.getId());
        while (!reached.test(now)) {
            if (System.nanoTime() > end) {
                throw new IOException("after " + EQUAL_MAX.toSeconds() + " s only " + now.getRepositoriesMoved()
                    + " repositories have moved");
            }
            Thread.sleep(POLL);
            now = cluster.replacement(begun.getId());
        }
        return now;
    }

    private void fill(MeasuredCluster cluster, Path work, Consumer<String> progress) throws Exception {
        GitClient git = cluster.git();
        Path repository = source.isPresent() ? source.get().toAbsolutePath() : made(git, work);
        try (ExecutorService pushes = Executors.newFixedThreadPool(PUSHES_AT_ONCE)) {
            List<Future<String>> all = new ArrayList<>();
            for (int i = 1; i <= copies; i++) {
                String url = cluster.url(REPOSITORY + i);
                all.add(pushes.submit(() -> git.run(repository, "push", "-q", url, "refs/heads/*:refs/heads/*",
                    "refs/tags/*:refs/tags/*").orFail()));
            }
            for (Future<String> each : all) {
                each.get();
            }
        }
        for (int i = 1; i <= copies; i++) {
            cluster.awaitEqual(REPOSITORY + i, EQUAL_MAX);
        }
        progress.accept("pushed " + copies + " repositories");
    }

    private Path made(GitClient git, Path work) throws IOException, InterruptedException {
        Path repository = Files.createDirectory(work.resolve("source.git"));
        git.run(repository, "init", "-q", "--bare", "-b", "main").orFail();
        SyntheticHistory.Shape history = new SyntheticHistory.Shape(commits, 1 + commits / 100, 1 + commits / 40,
            Math.min(commits * 50, 1 << 20), 1);
        git.feed(repository, in -> SyntheticHistory.write(history, in), "fast-import", "--quiet").orFail();
        return repository;
    }

    private Map<String, Object> figures(Duration took, Path from, Path rebuilt, Path work)
        throws IOException, InterruptedException {
        long bytes = bytes(rebuilt);
        Path copy = work.resolve("copy");
        Duration plain = run(List.of("cp", "-r", from.toString(), copy.toString()));
        Duration synced = plain.plus(run(List.of("sync", "-f", copy.toString())));
        double rebuiltAt = perSecond(bytes, took);
        double copiedAt = perSecond(bytes(copy), synced);
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("repositories", copies);
        figures.put("megabytes of packs and indexes", Math.round(bytes / MEGABYTE));
        figures.put("rebuilt in ms", took.toMillis());
        figures.put("rebuilt repositories per second", Math.round(copies * 1e4 / took.toMillis()) / 10.0);
        figures.put("rebuilt at MB/s", Math.round(rebuiltAt));
        figures.put("cp -r at MB/s", Math.round(perSecond(bytes(copy), plain)));
        figures.put("cp -r with sync at MB/s", Math.round(copiedAt));
        figures.put("rebuilt, of cp -r with sync", Math.round(rebuiltAt / copiedAt * 1000) / 1e3);
        return figures;
    }

    /** Megabytes per second. */
    private static double perSecond(long bytes, Duration took) {
        return bytes / MEGABYTE * 1e9 / took.toNanos();
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
