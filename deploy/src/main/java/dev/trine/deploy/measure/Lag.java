package dev.trine.deploy.measure;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;

/**
 * A replica comes back many versions behind while pushes to the same repository go on: does it converge, how long does
 * that take, and how does its lag fall?
 *
 * @param behind    versions that it lacks when it comes back
 * @param perSecond pushes each second while it catches up
 */
record Lag(int behind, double perSecond) implements Measurement {
    private static final String REPOSITORY = "measure/lag";
    private static final int WRITERS = 25;
    private static final double AS_FAST_AS_IT_GOES = 100_000;
    private static final Duration CONVERGED_MAX = Duration.ofMinutes(10);
    private static final Duration EQUAL_MAX = Duration.ofMinutes(3);
    private static final Duration ASK_EVERY = Duration.ofMillis(200);
    private static final long TELL_EVERY_MILLIS = 2_000;
    private static final String NODE = "n3";
    /** A replica that is fewer versions behind while pushes go on is following the tail. */
    private static final long TAIL = 10;

    @Override
    public Map<String, Object> take(Path work, Consumer<String> progress) throws Exception {
        try (MeasuredCluster cluster = MeasuredCluster.start(work); PushClient client = cluster.client()) {
            Map<String, List<String>> ledger = fallBehind(cluster, client, progress);
            return catchUp(cluster, client, ledger, progress);
        }
    }

    private Map<String, List<String>> fallBehind(MeasuredCluster cluster, PushClient client, Consumer<String> progress)
        throws IOException, InterruptedException {
        cluster.processes().node("stop", NODE);
        PushLoad load = PushLoad.start(client, REPOSITORY, "before", WRITERS, AS_FAST_AS_IT_GOES);
        long began = System.nanoTime();
        try (load) {
            while (load.acknowledged() < behind) {
                Thread.sleep(Duration.ofSeconds(5));
                progress.accept(load.acknowledged() + " of " + behind + " pushes that " + NODE + " does not see");
            }
        }
        progress.accept(String.format(Locale.ROOT, "%.0f pushes/s with two nodes",
            load.acknowledged() * 1e9 / (System.nanoTime() - began)));
        return load.ledger();
    }

    private Map<String, Object> catchUp(MeasuredCluster cluster, PushClient client, Map<String, List<String>> before,
                                        Consumer<String> progress)
        throws IOException, InterruptedException, ExecutionException {
        List<Map<String, Object>> curve = new ArrayList<>();
        PushLoad load = PushLoad.start(client, REPOSITORY, "meanwhile", WRITERS, perSecond);
        long converged;
        try (load; ExecutorService starter = Executors.newVirtualThreadPerTaskExecutor()) {
            long began = System.nanoTime();
            Future<?> started = starter.submit(() -> {
                cluster.processes().node("start", NODE);
                return NODE;
            });
            converged = follow(cluster, began, curve, progress);
            started.get();
        }
        cluster.awaitEqual(REPOSITORY, EQUAL_MAX);
        long verified = cluster.verify(REPOSITORY, before, progress)
            + cluster.verify(REPOSITORY, load.ledger(), progress);
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("versions behind at the start", curve.getFirst().get("lag"));
        figures.put("caught up, ms after its start was asked for", converged);
        figures.put("pushes acknowledged meanwhile", load.acknowledged());
        figures.put("pushes that failed meanwhile", load.pushes().size() - load.acknowledged());
        figures.put("pushes acknowledged in all, all found afterwards", verified);
        figures.put("lag over time", curve);
        return figures;
    }

    private long follow(MeasuredCluster cluster, long began, List<Map<String, Object>> curve,
                        Consumer<String> progress) throws IOException, InterruptedException {
        long told = 0;
        while (System.nanoTime() - began < CONVERGED_MAX.toNanos()) {
            Map<String, Long> versions = cluster.versions(REPOSITORY);
            long millis = Duration.ofNanos(System.nanoTime() - began).toMillis();
            Long own = versions.get(NODE);
            if (own != null) {
                long lag = Collections.max(versions.values()) - own;
                curve.add(Map.of("ms", millis, "lag", lag));
                if (lag <= TAIL) {
                    return millis;
                }
                if (millis - told > TELL_EVERY_MILLIS) {
                    told = millis;
                    progress.accept("after " + millis + " ms " + NODE + " is " + lag + " versions behind");
                }
            }
            Thread.sleep(ASK_EVERY);
        }
        throw new IOException(NODE + " did not catch up in " + CONVERGED_MAX.toMinutes() + " minutes");
    }
}
