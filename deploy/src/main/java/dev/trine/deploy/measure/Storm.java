package dev.trine.deploy.measure;

import dev.trine.deploy.bench.GitClient;
import dev.trine.deploy.bench.RawHttp;
import dev.trine.deploy.bench.Samples;
import dev.trine.deploy.bench.SyntheticHistory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * A clone storm: many clients clone one repository at the same moment, beside few pushes to another one. Who is hung up
 * on, how many packs are made, how much memory it takes, and what the pushes notice.
 *
 * @param clones how many clients
 * @param source the repository that they clone; empty: a made-up one
 * @param bytes  size of the made-up one
 * @param rate   pushes per second elsewhere
 * @param quiet  how long those are watched before
 */
record Storm(int clones, Optional<Path> source, long bytes, double rate, Duration quiet) implements Measurement {
    private static final String CLONED = "measure/storm";
    private static final String PUSHED = "measure/beside";
    private static final int WRITERS = 5;
    private static final int COMMITS = 8_000;
    private static final int COMMITS_PER_BIG_FILE = 1_000;
    private static final Duration EQUAL_MAX = Duration.ofMinutes(10);
    private static final int REASONS_SHOWN = 5;
    private static final Duration SETTLE = Duration.ofSeconds(10);
    private static final int WARM_CLONES = 50;
    private static final int SLOWEST_SHOWN = 10;
    private static final double MEGABYTE = 1e6;

    @Override
    public Map<String, Object> take(Path work, Consumer<String> progress) throws Exception {
        try (MeasuredCluster cluster = MeasuredCluster.start(work); PushClient pusher = cluster.client();
            RawHttp reader = cluster.reader()) {
            GitClient git = cluster.git();
            Path repository = source.isPresent() ? source.get().toAbsolutePath() : made(git, work);
            git.run(repository, "push", "-q", cluster.url(CLONED), "refs/heads/*:refs/heads/*").orFail();
            cluster.awaitEqual(CLONED, EQUAL_MAX);
            cluster.processes().awaitCalm();
            progress.accept("warming up, which is not measured");
            new WarmUp(cluster, CLONED, PUSHED).run(Math.min(clones, WARM_CLONES));
            cluster.processes().awaitCalm();
            try (PushLoad load = PushLoad.start(pusher, PUSHED, "w", WRITERS, rate)) {
                Thread.sleep(SETTLE); // the first push makes the repository
                long watched = System.nanoTime();
                Thread.sleep(quiet);
                long packsBefore = cluster.packsMade();
                Map<String, Long> heapBefore = cluster.heaps();
                progress.accept("pushes go on, " + clones + " clones begin");
                long begun = System.nanoTime();
                List<Clone> done = Crowd.of(clones, () -> one(reader, cluster.url(CLONED)));
                long ended = System.nanoTime();
                progress.accept("the last clone has ended");
                Map<String, Object> figures = figures(done, ended - begun);
                figures.put("packs made in that time, by all nodes", cluster.packsMade() - packsBefore);
                pushes(figures, load.pushes().stream().filter(push -> push.startNanos() >= watched).toList(),
                    begun, ended);
                heaps(figures, heapBefore, cluster.heaps());
                return figures;
            }
        }
    }

    private Path made(GitClient git, Path work) throws IOException, InterruptedException {
        Path repository = Files.createDirectory(work.resolve("source.git"));
        git.run(repository, "init", "-q", "--bare", "-b", "main").orFail();
        SyntheticHistory.Shape history = new SyntheticHistory.Shape(COMMITS, 1, 1,
            Math.toIntExact(bytes * COMMITS_PER_BIG_FILE / COMMITS), 1);
        git.feed(repository, in -> SyntheticHistory.write(history, in), "fast-import", "--quiet").orFail();
        return repository;
    }

    /** One clone: the bytes of its pack, or why there was none. */
    private record Clone(long bytes, Duration took, Optional<String> failure) {
    }

    private static Clone one(RawHttp reader, String url) throws InterruptedException {
        long begun = System.nanoTime();
        try {
            long bytes = reader.cloneEverything(url);
            return new Clone(bytes, Duration.ofNanos(System.nanoTime() - begun), Optional.empty());
        } catch (IOException e) {
            return new Clone(0, Duration.ofNanos(System.nanoTime() - begun),
                Optional.of(String.valueOf(e.getMessage())));
        }
    }

    private Map<String, Object> figures(List<Clone> done, long nanos) {
        Map<String, Object> figures = new LinkedHashMap<>();
        List<Clone> whole = done.stream().filter(clone -> clone.failure().isEmpty()).toList();
        figures.put("clones at once", clones);
        figures.put("of those, whole", whole.size());
        Map<String, Integer> reasons = new TreeMap<>();
        done.stream().flatMap(clone -> clone.failure().stream()).forEach(why -> reasons.merge(why, 1, Integer::sum));
        if (!reasons.isEmpty()) {
            figures.put("why others were not", reasons.entrySet().stream().limit(REASONS_SHOWN).toList());
        }
        if (!whole.isEmpty()) {
            Samples times = Samples.ofTimes(whole.stream().map(Clone::took).toList());
            figures.put("MB of each", Math.round(whole.getFirst().bytes() / MEGABYTE));
            figures.put("clone, p50 s", Math.round(times.median()) / 1e3);
            figures.put("clone, p99 s", Math.round(times.percentile(99)) / 1e3);
            figures.put("MB/s, all clients together", Math.round(whole.stream().mapToLong(Clone::bytes).sum()
                / MEGABYTE / (nanos / 1e9)));
        }
        return figures;
    }

    private static void pushes(Map<String, Object> figures, List<PushLoad.Push> pushes, long begun, long ended) {
        List<PushLoad.Push> before = pushes.stream().filter(push -> push.endNanos() < begun).toList();
        List<PushLoad.Push> during = pushes.stream()
            .filter(push -> push.endNanos() >= begun && push.startNanos() <= ended).toList();
        figures.put("pushes that failed, before and during",
            List.of(before, during).stream().map(some -> some.stream().filter(push -> !push.isAcknowledged()).count())
                .toList());
        if (!before.isEmpty() && !during.isEmpty()) {
            Samples quiet = Samples.ofTimes(before.stream().map(PushLoad.Push::took).toList());
            Samples busy = Samples.ofTimes(during.stream().map(PushLoad.Push::took).toList());
            figures.put("push before, p50 and p99 ms",
                List.of(Math.round(quiet.median()), Math.round(quiet.percentile(99))));
            figures.put("push during, p50 and p99 ms",
                List.of(Math.round(busy.median()), Math.round(busy.percentile(99))));
            figures.put("slowest pushes during, ms @ s after the storm began", slowest(during, begun));
        }
    }

    private static List<String> slowest(List<PushLoad.Push> pushes, long begun) {
        return pushes.stream().sorted(Comparator.comparing(PushLoad.Push::took).reversed()).limit(SLOWEST_SHOWN)
            .map(push -> "%d @ %.1f".formatted(push.took().toMillis(), (push.startNanos() - begun) / 1e9)).toList();
    }

    private static void heaps(Map<String, Object> figures, Map<String, Long> before, Map<String, Long> after) {
        before.forEach((name, bytes) -> figures.put("live heap of " + name + ", MB before and after",
            List.of(Math.round(bytes / MEGABYTE), Math.round(after.get(name) / MEGABYTE))));
    }
}
