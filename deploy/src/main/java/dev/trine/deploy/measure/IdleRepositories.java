package dev.trine.deploy.measure;

import dev.trine.deploy.bench.LocalCluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * A node without a repository, and the same node with very many that nobody uses: how long until it serves, until it
 * has done what each start makes it do, and what it costs from then on?
 *
 * @param count repositories
 * @param first whether the nodes verify all packs once before they are measured
 */
record IdleRepositories(int count, First first) implements Measurement {
    /** What nodes do first of all with the packs that they find. */
    enum First {
        /** They verify them, and are measured then. */
        VERIFIED,
        /** They leave them for the next round of verification. */
        UNREAD
    }

    private static final List<String> NODES = List.of("n1", "n2", "n3");
    private static final String NODE = "n1";
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration CALM = Duration.ofSeconds(3);
    private static final Duration CALM_CPU = Duration.ofMillis(100);
    private static final Duration CALM_MAX = Duration.ofMinutes(30);
    private static final Duration WATCHED = Duration.ofSeconds(10);
    private static final String SCRUB_FAST = "replica:\n  safety:\n    scrub-rate: 1g\n";
    private static final String SERVING = "- serving";
    private static final String VERIFIED = "- all packs verified";

    @Override
    public Map<String, Object> take(Path work, Consumer<String> progress) throws Exception {
        try (MeasuredCluster cluster = MeasuredCluster.start(work, SCRUB_FAST)) {
            Idle without = measured(cluster);
            progress.accept("measured a node without repositories");
            LocalCluster processes = cluster.processes();
            processes.down();
            Map<String, Path> disks = new TreeMap<>();
            for (String node : NODES) {
                disks.put(node, processes.directory().resolve("data").resolve(node));
                if (first == First.VERIFIED) {
                    Files.delete(disks.get(node).resolve("scrub")); // the round of an empty disk is over at once
                }
            }
            new ManyReplicas(count).writeTo(disks, work);
            progress.accept("wrote " + count + " repositories to each node's disk");
            long began = System.nanoTime();
            processes.up();
            if (first == First.VERIFIED) {
                for (String node : NODES) {
                    await(node + " has verified its packs", () -> logged(cluster, node, VERIFIED).size() > 1);
                }
                progress.accept("all packs were verified for the first time");
            }
            Duration verified = Duration.ofNanos(System.nanoTime() - began);
            return figures(without, measured(cluster), verified);
        }
    }

    /**
     * A node that was stopped and started.
     *
     * @param start from its process's start until it serves
     * @param calm  from then until it does nothing any more
     * @param work  processor time until then
     * @param idle  what it costs from then on
     */
    private record Idle(Duration start, Duration calm, Duration work, Footprint idle) {
    }

    private static Idle measured(MeasuredCluster cluster) throws IOException, InterruptedException {
        cluster.processes().node("stop", NODE);
        cluster.processes().node("start", NODE);
        ProcessHandle process = cluster.process(NODE);
        Instant serves = logged(cluster, NODE, SERVING).getLast();
        Duration[] last = {Footprint.cpu(process)};
        Instant[] since = {Instant.now()};
        await(NODE + " is calm", () -> {
            Duration now = Footprint.cpu(process);
            if (now.minus(last[0]).compareTo(CALM_CPU) > 0) {
                last[0] = now;
                since[0] = Instant.now();
            }
            return since[0].plus(CALM).isBefore(Instant.now());
        });
        Duration work = Footprint.cpu(process);
        return new Idle(Duration.between(process.info().startInstant().orElseThrow(), serves),
            Duration.between(serves, since[0]), work, Footprint.of(process, WATCHED));
    }

    private Map<String, Object> figures(Idle without, Idle with, Duration verified) {
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("repositories", count);
        put(figures, "empty node, ", without);
        put(figures, "full node, ", with);
        figures.put("heap bytes per repository",
            (with.idle().heapBytes() - without.idle().heapBytes()) / (double) count);
        if (first == First.VERIFIED) {
            figures.put("first verification of all packs, s", verified.toSeconds());
        }
        return figures;
    }

    private static void put(Map<String, Object> figures, String which, Idle node) {
        figures.put(which + "start until it serves, ms", node.start().toMillis());
        figures.put(which + "from then until calm, ms", node.calm().toMillis());
        figures.put(which + "processor time until calm, ms", node.work().toMillis());
        figures.put(which + "idle processor time in " + WATCHED.toSeconds() + " s, ms", node.idle().cpu().toMillis());
        figures.put(which + "live heap, kB", node.idle().heapBytes() / 1000);
        figures.put(which + "open files", node.idle().files());
        figures.put(which + "threads", node.idle().threads());
    }

    /** Times at which a node's log says something. */
    private static List<Instant> logged(MeasuredCluster cluster, String node, String what) throws IOException {
        List<Instant> times = new ArrayList<>();
        for (String line : Files.readAllLines(cluster.processes().directory().resolve("log/" + node + ".log"))) {
            if (line.endsWith(what)) {
                times.add(Instant.parse(line.substring(0, line.indexOf(' '))));
            }
        }
        return times;
    }

    /** Something to look for. */
    @FunctionalInterface
    private interface Look {
        boolean isThere() throws IOException;
    }

    private static void await(String what, Look look) throws IOException, InterruptedException {
        long end = System.nanoTime() + CALM_MAX.toNanos();
        while (!look.isThere()) {
            if (System.nanoTime() > end) {
                throw new IOException("after " + CALM_MAX.toMinutes() + " minutes one cannot say that " + what);
            }
            Thread.sleep(POLL);
        }
    }
}
