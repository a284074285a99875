package dev.trine.deploy.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.Optional;
import java.util.stream.Stream;

/** What processes and all their descendants use of the machine, as Linux counts it (proc(5)). */
public final class ProcessTrees {
    private static final long TICK_NANOS = 10_000_000; // USER_HZ is 100 on every Linux that runs Java
    private static final int PAGE_BYTES = 4096;
    /** Fields of /proc/PID/stat after the command's name: utime, stime, cutime, cstime. */
    private static final int FIRST_TIME = 11;
    private static final int TIMES = 4;

    private ProcessTrees() {
    }

    /** Processor time so far, that of descendants which have ended included. */
    public static Duration cpu(Collection<Long> roots) throws IOException {
        long ticks = 0;
        for (long pid : withDescendants(roots)) {
            Optional<String> stat = read(pid, "stat");
            if (stat.isPresent()) {
                String[] fields = stat.get().substring(stat.get().lastIndexOf(')') + 2).split(" ");
                for (int i = FIRST_TIME; i < FIRST_TIME + TIMES; i++) {
                    ticks += Long.parseLong(fields[i]);
                }
            }
        }
        return Duration.ofNanos(ticks * TICK_NANOS);
    }

    /** Memory in use that is backed by no file. */
    static long anonymousBytes(Collection<Long> roots) throws IOException {
        long pages = 0;
        for (long pid : withDescendants(roots)) {
            Optional<String> statm = read(pid, "statm");
            if (statm.isPresent()) {
                String[] fields = statm.get().split(" ");
                pages += Long.parseLong(fields[1]) - Long.parseLong(fields[2]);
            }
        }
        return pages * PAGE_BYTES;
    }

    private static Collection<Long> withDescendants(Collection<Long> roots) {
        return roots.stream().flatMap(pid -> ProcessHandle.of(pid).stream())
            .flatMap(root -> Stream.concat(Stream.of(root), root.descendants())).map(ProcessHandle::pid).toList();
    }

    private static Optional<String> read(long pid, String file) throws IOException {
        try {
            String text = Files.readString(Path.of("/proc", Long.toString(pid), file));
            return text.isEmpty() ? Optional.empty() : Optional.of(text);
        } catch (NoSuchFileException e) {
            return Optional.empty(); // it has ended
        } catch (IOException e) {
            if (e.getMessage() != null && e.getMessage().contains("No such process")) {
                return Optional.empty(); // it ended while its file was open
            }
            throw e;
        }
    }
}
