package dev.trine.deploy.chaos;

import dev.trine.deploy.bench.AtOnce;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What the services hold of the machine, at the start and when everything is over and quiet. */
final class Footprints {
    private static final Pattern USED = Pattern.compile("(?:heap|generation) .*used ([0-9]+)K");
    private static final Pattern RESIDENT = Pattern.compile("(?m)^VmRSS:\\s+([0-9]+) kB");
    private static final int KIBIBYTES = 1024;
    /** Connections come and go; what leaks in hundreds of operations and faults is more than that. */
    private static final int FILES_MORE = 96;
    private static final double HEAP_PART_MAX = 0.7;

    private final Cluster cluster;
    private final Map<String, Footprint> first = new LinkedHashMap<>();
    private final Map<String, Footprint> last = new LinkedHashMap<>();

    Footprints(Cluster cluster) {
        this.cluster = cluster;
    }

    /**
     * One process.
     *
     * @param files             open file descriptors
     * @param heapMebibytes     used after a collection
     * @param residentMebibytes memory that the system counts for it
     */
    record Footprint(int files, long heapMebibytes, long residentMebibytes) {
    }

    /**
     * One process at both times.
     *
     * @param starts how often it was started
     */
    record Pair(int starts, Footprint first, Footprint last) {
    }

    void takeFirst() throws IOException, InterruptedException {
        take(first);
    }

    void takeLast() throws IOException, InterruptedException {
        take(last);
    }

    /** Both, by name of the process; none before the last were taken. */
    Map<String, Pair> pairs() {
        Map<String, Pair> pairs = new LinkedHashMap<>();
        last.forEach((name, now) ->
            pairs.put(name, new Pair(cluster.service(name).starts(), first.get(name), now)));
        return pairs;
    }

    private void take(Map<String, Footprint> into) throws IOException, InterruptedException {
        List<ServiceProcess> services = cluster.services();
        List<Callable<Footprint>> looks = new ArrayList<>();
        services.forEach(service -> looks.add(() -> of(service.pid())));
        List<Footprint> seen = AtOnce.few(looks);
        for (int i = 0; i < services.size(); i++) {
            into.put(services.get(i).name(), seen.get(i));
        }
    }

    private static Footprint of(long pid) throws IOException, InterruptedException {
        jcmd(pid, "GC.run");
        Path proc = Path.of("/proc", Long.toString(pid));
        int files;
        try (Stream<Path> open = Files.list(proc.resolve("fd"))) {
            files = (int) open.count();
        }
        return new Footprint(files, number(USED, jcmd(pid, "GC.heap_info")) / KIBIBYTES,
            number(RESIDENT, Files.readString(proc.resolve("status"))) / KIBIBYTES);
    }

    /** The sum of what the pattern finds: some collectors have a heap of several parts. */
    private static long number(Pattern pattern, String text) throws IOException {
        List<Long> numbers = pattern.matcher(text).results().map(match -> Long.valueOf(match.group(1))).toList();
        if (numbers.isEmpty()) {
            throw new IOException("no " + pattern + " in: " + text);
        }
        return numbers.stream().mapToLong(Long::longValue).sum();
    }

    private static String jcmd(long pid, String command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
            Long.toString(pid), command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException("jcmd " + pid + " " + command + " failed: " + output.strip());
        }
        return output;
    }

    /** What grew beyond measure, for each service a sentence. */
    List<String> leaks(int packs) {
        List<String> leaks = new ArrayList<>();
        last.forEach((name, now) -> {
            Footprint before = first.get(name);
            ClusterPlan.Service plan = cluster.plan().services().get(name);
            int filesMax = before.files() + FILES_MORE + (cluster.plan().nodes().containsKey(name) ? packs : 0);
            if (now.files() > filesMax) {
                leaks.add(name + " has " + now.files() + " files open, " + before.files() + " at the start");
            }
            if (now.heapMebibytes() > plan.heapMebibytes() * HEAP_PART_MAX) {
                leaks.add(name + " holds " + now.heapMebibytes() + " MiB of " + plan.heapMebibytes()
                    + " MiB of heap after a collection");
            }
        });
        return leaks;
    }
}
