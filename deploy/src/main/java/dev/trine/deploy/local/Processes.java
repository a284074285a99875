package dev.trine.deploy.local;

import dev.trine.inspector.cli.CommandFailure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Starts and stops the processes of one local cluster, and knows which of them run. */
final class Processes implements AutoCloseable {
    private static final Duration STOP_MAX = Duration.ofSeconds(30);
    private static final Duration KILL_MAX = Duration.ofSeconds(10);
    private static final Duration POLL = Duration.ofMillis(20);
    private static final long LOG_MAX_BYTES = 16L << 20;
    private static final int LAST_LINES = 30;

    private final ClusterDirectory directory;
    private final Duration stopMax;
    private final Consumer<String> progress;
    private volatile boolean closed;

    /**
     * The processes of a cluster.
     *
     * @param progress is told sentences for the user
     */
    Processes(ClusterDirectory directory, Consumer<String> progress) {
        this(directory, STOP_MAX, progress);
    }

    /**
     * The processes of a cluster that have more to do at their end.
     *
     * @param stopMax after which one that was asked to stop is killed
     */
    Processes(ClusterDirectory directory, Duration stopMax, Consumer<String> progress) {
        this.directory = directory;
        this.stopMax = stopMax;
        this.progress = progress;
    }

    boolean isRunning(ClusterProcess process) {
        return new ProcessFile(directory, process).running().isPresent();
    }

    /** Those that run, in order. */
    List<ClusterProcess> running() {
        return Arrays.stream(ClusterProcess.values()).filter(this::isRunning).toList();
    }

    /** Starts one, which lives on when this process and its terminal are gone. Does not wait until it is ready. */
    synchronized void start(ClusterProcess process, Jvm jvm) {
        if (closed) {
            throw new CommandFailure("interrupted");
        }
        Path log = directory.log(process.id());
        // Ctrl-C and a closing terminal reach every process that was started from it: it is for us to stop this one
        List<String> command = new ArrayList<>(List.of("/bin/sh", "-c", "trap '' HUP INT; exec \"$@\"", "trine"));
        command.addAll(jvm.commandLine(process, directory.conf(process.id())));
        try {
            Files.createDirectories(log.getParent());
            rotate(log);
            ProcessHandle started = new ProcessBuilder(command)
                .directory(directory.root().toFile())
                .redirectInput(Redirect.from(Path.of("/dev/null").toFile()))
                .redirectErrorStream(true)
                .redirectOutput(Redirect.appendTo(log.toFile()))
                .start().toHandle();
            new ProcessFile(directory, process).write(started);
        } catch (IOException e) {
            throw new CommandFailure("cannot start " + process.id() + ": " + e.getMessage(), e);
        }
    }

    private static void rotate(Path log) throws IOException {
        if (Files.isRegularFile(log) && Files.size(log) > LOG_MAX_BYTES) {
            Files.move(log, log.resolveSibling(log.getFileName() + ".1"), StandardCopyOption.REPLACE_EXISTING);
        }
    }

    /** Asks processes to stop, waits, and kills those that have not in time. */
    void stop(List<ClusterProcess> processes) {
        List<ClusterProcess> asked = processes.stream().filter(this::isRunning).toList();
        asked.forEach(process -> handle(process).ifPresent(ProcessHandle::destroy));
        asked.stream().filter(process -> !gone(process, stopMax)).forEach(process -> {
            progress.accept(process.id() + " did not stop within " + stopMax.toSeconds() + " s and is killed");
            kill(process);
        });
        processes.forEach(process -> new ProcessFile(directory, process).delete());
    }

    /** Stops everything, what receives requests first. */
    void stopAll() {
        stop(List.of(ClusterProcess.FRONT));
        stop(ClusterProcess.NODES);
    }

    /** Stops everything, and starts nothing any more. */
    @Override
    public synchronized void close() {
        closed = true;
        stopAll();
    }

    boolean isClosed() {
        return closed;
    }

    /** Ends a process as a power cut would: at once, without a chance to clean up. */
    void kill(ClusterProcess process) {
        handle(process).ifPresent(ProcessHandle::destroyForcibly);
        if (!gone(process, KILL_MAX)) {
            throw new CommandFailure(process.id() + " cannot be killed: it is still there after "
                + KILL_MAX.toSeconds() + " s");
        }
        new ProcessFile(directory, process).delete();
    }

    private Optional<ProcessHandle> handle(ClusterProcess process) {
        return new ProcessFile(directory, process).running();
    }

    private boolean gone(ClusterProcess process, Duration patience) {
        long deadline = System.nanoTime() + patience.toNanos();
        while (isRunning(process)) {
            if (System.nanoTime() - deadline > 0) {
                return false;
            }
            pause(POLL);
        }
        return true;
    }

    /** Waits a moment, between two looks at a process. */
    static void pause(Duration moment) {
        try {
            Thread.sleep(moment);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandFailure("interrupted", e);
        }
    }

    /** Why a process ended: the sentence that services print when they cannot start, else the last line of its log. */
    String lastWords(ClusterProcess process) {
        Path log = directory.log(process.id());
        if (!Files.isRegularFile(log)) {
            return "nothing";
        }
        try (Stream<String> lines = Files.lines(log)) {
            List<String> said = lines.filter(line -> !line.isBlank()).toList();
            return said.reversed().stream().limit(LAST_LINES).filter(line -> line.startsWith("trine ")).findFirst()
                .or(() -> said.isEmpty() ? Optional.empty() : Optional.of(said.getLast())).orElse("nothing");
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + log, e);
        }
    }
}
