package dev.trine.deploy.measure;

import dev.trine.deploy.bench.Samples;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The holder of the write lock dies, or hangs longer than its lease, while pushes go on: how long until the next push
 * succeeds?
 *
 * @param times     how often
 * @param hang      stop the process (SIGSTOP) instead of ending it (SIGKILL)
 * @param perSecond pushes each second, of all writers together
 */
record Failover(int times, boolean hang, double perSecond) implements Measurement {
    private static final String REPOSITORY = "measure/failover";
    private static final int WRITERS = 25;
    private static final int FAILURES_SHOWN = 5;
    private static final Duration WARM_UP = Duration.ofSeconds(10);
    private static final Duration AFTER = Duration.ofSeconds(2);
    private static final Duration PUSH_MAX = Duration.ofSeconds(60);
    private static final Duration HANG = Duration.ofSeconds(8);
    private static final Duration EQUAL_MAX = Duration.ofMinutes(3);

    @Override
    public Map<String, Object> take(Path work, Consumer<String> progress) throws Exception {
        List<Duration> gaps = new ArrayList<>();
        try (MeasuredCluster cluster = MeasuredCluster.start(work); PushClient client = cluster.client()) {
            PushLoad load = PushLoad.start(client, REPOSITORY, "writer", WRITERS, perSecond);
            try (load) {
                Thread.sleep(WARM_UP);
                for (int i = 1; i <= times; i++) {
                    gaps.add(once(cluster, load));
                    progress.accept(i + " of " + times + ": next successful push after " + gaps.getLast().toMillis()
                        + " ms");
                }
            }
            cluster.awaitEqual(REPOSITORY, EQUAL_MAX);
            long verified = cluster.verify(REPOSITORY, load.ledger(), progress);
            return figures(Samples.ofTimes(gaps), load.pushes(), verified);
        }
    }

    private Duration once(MeasuredCluster cluster, PushLoad load) throws IOException, InterruptedException {
        String holder = cluster.lockHolder(REPOSITORY);
        if (hang) {
            cluster.signal(holder, "STOP");
        } else {
            cluster.kill(holder);
        }
        long broken = System.nanoTime();
        Optional<PushLoad.Push> next = load.awaitAcknowledged(broken, PUSH_MAX);
        if (hang) {
            Thread.sleep(Math.max(0, HANG.toMillis() - (System.nanoTime() - broken) / 1_000_000));
            cluster.signal(holder, "CONT");
        } else {
            cluster.processes().node("start", holder);
        }
        Thread.sleep(AFTER);
        return Duration.ofNanos(next.orElseThrow(() -> new IOException("no push succeeded in "
            + PUSH_MAX.toSeconds() + " s after " + holder + " had gone")).endNanos() - broken);
    }

    private Map<String, Object> figures(Samples gaps, List<PushLoad.Push> pushes, long verified) {
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put(hang ? "hangs of the lock holder" : "kills of the lock holder", times);
        figures.put("pushes acknowledged, all found afterwards", verified);
        List<String> failures = pushes.stream().flatMap(push -> push.failure().stream()).toList();
        figures.put("pushes that failed", failures.size());
        if (!failures.isEmpty()) {
            figures.put("the first failures", failures.stream().distinct().limit(FAILURES_SHOWN).toList());
        }
        figures.put("next successful push, p50 ms", Math.round(gaps.median()));
        figures.put("next successful push, p99 ms", Math.round(gaps.percentile(99)));
        figures.put("next successful push, worst ms", Math.round(gaps.percentile(100)));
        return figures;
    }
}
