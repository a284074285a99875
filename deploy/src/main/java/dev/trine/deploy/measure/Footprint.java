package dev.trine.deploy.measure;

import dev.trine.deploy.bench.ProcessTrees;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a process that does nothing costs.
 *
 * @param heapBytes that are left when everything that nobody needs was collected
 * @param files     open ones, sockets included
 * @param threads   of the operating system
 * @param cpu       processor time within the time that it was watched
 */
record Footprint(long heapBytes, long files, long threads, Duration cpu) {
    /**
     * Watches a process of Java for some time, then collects its garbage.
     *
     * @param process runs
     */
    static Footprint of(ProcessHandle process, Duration watched) throws IOException, InterruptedException {
        Path proc = Path.of("/proc", Long.toString(process.pid()));
        Duration before = cpu(process);
        Thread.sleep(watched);
        Duration used = cpu(process).minus(before);
        long files = count(proc.resolve("fd"));
        long threads = count(proc.resolve("task"));
        return new Footprint(heap(process), files, threads, used);
    }

    static Duration cpu(ProcessHandle process) throws IOException {
        return ProcessTrees.cpu(List.of(process.pid()));
    }

    private static long count(Path directory) throws IOException {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.count();
        }
    }

    /** Bytes of all live objects: making the histogram collects what is not live. */
    private static long heap(ProcessHandle process) throws IOException, InterruptedException {
        Process jcmd = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
            Long.toString(process.pid()), "GC.class_histogram").redirectErrorStream(true).start();
        String histogram = new String(jcmd.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (jcmd.waitFor() != 0) {
            throw new IOException("jcmd cannot ask process " + process.pid() + ": " + histogram.strip());
        }
        String[] total = histogram.lines().filter(line -> line.startsWith("Total")).findFirst()
            .orElseThrow(() -> new IOException("a histogram without a total")).strip().split("\\s+");
        return Long.parseLong(total[2]);
    }
}
