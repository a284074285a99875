package dev.trine.deploy.bench;

import dev.trine.common.config.ConfigException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A repository that received very many small pushes, against one that received the same history in one push and had
 * time to be packed: what do clones and fetches cost more? Small pushes to the first go on between the turns, so that
 * it is never seen freshly packed itself; the other one gets one each time, so that nothing is answered from a cache.
 */
final class MaintainedSuite {
    private static final int WRITERS = 16;
    private static final int PUSHES_BETWEEN = 2 * WRITERS;
    private static final int BEHIND = 100;
    private static final double AIM = 1.2;

    private final Alone alone;
    private final TrineHost host;
    private final String pushed;
    private final String fresh;
    private final List<WriteSuites.Writer> writers = new ArrayList<>();
    private final List<List<String>> written = new ArrayList<>();

    private MaintainedSuite(Alone alone, TrineHost host) {
        this.alone = alone;
        this.host = host;
        this.pushed = host.create("bench/pushed");
        this.fresh = host.create("bench/fresh");
    }

    /** Pushes, then clones and fetches. */
    static void run(Alone alone) throws IOException, InterruptedException {
        try (TrineHost host = TrineHost.of(GitHost.Transport.HTTP, alone.cluster().directory())) {
            new MaintainedSuite(alone, host).run();
        } catch (ConfigException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    private void run() throws IOException, InterruptedException {
        Workload load = alone.load();
        Set<Path> others = repositories();
        load.push(host, host.fillUrl("bench/pushed"), "refs/heads/*:refs/heads/*", "refs/tags/*:refs/tags/*");
        for (int i = 0; i < WRITERS; i++) {
            writers.add(new WriteSuites.Writer("writer-" + i, pushed));
            written.add(new ArrayList<>());
        }
        int pushes = alone.amounts().maintained();
        push(pushes / 20); // of a warm server
        int tenth = Math.max(WRITERS, pushes / 10);
        Meter pushing = new Meter(host);
        pushing.measure(() -> push(tenth));
        push(Math.max(0, pushes - pushes / 20 - 2 * tenth));
        pushing.measure(() -> push(tenth));
        Cost first = pushing.costs().getFirst();
        Cost last = pushing.costs().getLast();
        alone.figure("small pushes in the first tenth of " + pushes, "per second", perSecond(tenth, first));
        alone.figure("small pushes in the last tenth of " + pushes, "per second", perSecond(tenth, last));
        alone.figure("processor time of a push, maintenance included: last tenth to first", "ratio",
            last.cpu().toNanos() / (double) first.cpu().toNanos());
        Set<Path> own = repositories();
        own.removeAll(others);
        for (Path directory : own) {
            alone.figure("packs on " + directory.getName(directory.getNameCount() - 4) + " after " + pushes
                + " pushes", "packs", packs(directory));
        }
        copyFresh();
        measure();
    }

    private static double perSecond(int pushes, Cost cost) {
        return pushes * 1e9 / cost.wall().toNanos();
    }

    /** So many pushes, shared out to the writers. */
    private long push(int pushes) throws IOException, InterruptedException {
        List<Integer> all = new ArrayList<>();
        for (int i = 0; i < WRITERS; i++) {
            all.add(i);
        }
        AtOnce.each(all, writer -> {
            for (int i = writer; i < pushes; i += WRITERS) {
                written.get(writer).add(writers.get(writer).push(host));
            }
        });
        return 0;
    }

    /** Pushes the same history to the other repository at once, and waits until it is packed. */
    private void copyFresh() throws IOException, InterruptedException {
        Path mirror = alone.load().fresh();
        GitClient client = alone.load().client(host);
        client.run(mirror, "clone", "-q", "--mirror", pushed, ".").orFail();
        client.run(mirror, "push", "-q", "--mirror", host.fillUrl("bench/fresh")).orFail();
        Trees.delete(mirror);
        alone.cluster().awaitCalm();
    }

    private void measure() throws IOException, InterruptedException {
        WriteSuites.Writer freshWriter = new WriteSuites.Writer("fresh", fresh);
        Map<String, Meter> meters = new HashMap<>();
        for (int turn = 0; turn <= alone.amounts().runs(); turn++) {
            push(PUSHES_BETWEEN);
            freshWriter.push(host);
            // else whoever comes first is charged with what the pushes leave to do
            Meter.rest(host);
            boolean warm = turn > 0;
            for (String url : List.of(pushed, fresh)) {
                List<String> line = written.getFirst();
                FetchRequest behind = FetchRequest.commit(line.get(line.size() - 1 - PUSHES_BETWEEN / WRITERS * (turn
                    + 1))).having(line.get(Math.max(0, line.size() - 1 - PUSHES_BETWEEN / WRITERS * (turn + 1)
                    - BEHIND)));
                Meter.Work everything = () -> host.raw().fetch(url, FetchRequest.everything());
                Meter.Work fetch = () -> host.raw().fetch(url, behind);
                if (warm) {
                    meters.computeIfAbsent("clone " + url, key -> new Meter(host)).measure(everything);
                    meters.computeIfAbsent("fetch " + url, key -> new Meter(host)).measure(fetch);
                } else {
                    everything.run();
                    fetch.run();
                }
            }
        }
        for (String what : List.of("clone", "fetch")) {
            Costs after = new Costs(meters.get(what + " " + pushed).costs());
            Costs packed = new Costs(meters.get(what + " " + fresh).costs());
            String title = what + " after " + alone.amounts().maintained() + " pushes";
            alone.figure(title, "ms", after.typical(Cost.Metric.WALL));
            alone.figure(what + " of the same, freshly packed", "ms", packed.typical(Cost.Metric.WALL));
            alone.atMost(AIM, title + " to freshly packed: time", "ratio",
                after.typical(Cost.Metric.WALL) / packed.typical(Cost.Metric.WALL));
            alone.figure(title + " to freshly packed: bytes", "ratio",
                after.typical(Cost.Metric.BYTES) / packed.typical(Cost.Metric.BYTES));
            if (packed.typical(Cost.Metric.CPU) > 0) {
                alone.atMost(AIM, title + " to freshly packed: server CPU", "ratio",
                    after.typical(Cost.Metric.CPU) / packed.typical(Cost.Metric.CPU));
            }
        }
    }

    /** Directories of all repositories on all nodes: data/NODE/objects/ab/REPOSITORY. */
    private Set<Path> repositories() throws IOException {
        return new HashSet<>(new ReplicaPacks(alone.cluster().directory().resolve("data")).repositories());
    }

    private static long packs(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.toString().endsWith(".pack")).count();
        }
    }
}
