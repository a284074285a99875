package dev.trine.deploy.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;

/**
 * What is known of a process that was started earlier, perhaps by another command: {@code NAME.pid}, its number alone,
 * for people's scripts, and {@code NAME.start}, when it started. A number is used again after the process has died or
 * the machine was restarted: only a process that has our configuration file among its arguments is ours or, where
 * arguments cannot be read, one that started when ours did.
 */
final class ProcessFile {
    private static final Duration START_TOLERANCE = Duration.ofSeconds(2);

    private final Path pid;
    private final Path start;
    private final String configuration;

    ProcessFile(ClusterDirectory directory, ClusterProcess process) {
        this.pid = directory.run().resolve(process.id() + ".pid");
        this.start = directory.run().resolve(process.id() + ".start");
        this.configuration = directory.conf(process.id()).toString();
    }

    /** The process, if it runs. */
    Optional<ProcessHandle> running() {
        return read(pid).flatMap(ProcessHandle::of).filter(ProcessFile::isAlive).filter(this::isOurs);
    }

    private boolean isOurs(ProcessHandle handle) {
        Optional<String[]> arguments = handle.info().arguments();
        if (arguments.isPresent()) {
            return Arrays.asList(arguments.get()).contains(configuration);
        }
        Optional<Instant> started = handle.info().startInstant();
        Optional<Instant> expected = read(start).map(Instant::ofEpochMilli);
        return started.isPresent() && expected.isPresent()
            && Duration.between(started.get(), expected.get()).abs().compareTo(START_TOLERANCE) <= 0;
    }

    /** Whether a process does anything at all: one that has died may be kept, for its parent to look at. */
    static boolean isAlive(ProcessHandle handle) {
        return handle.isAlive() && !isZombie(handle.pid());
    }

    private static boolean isZombie(long pid) {
        try {
            String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
            return stat.startsWith("Z", stat.lastIndexOf(')') + 2);
        } catch (IOException e) {
            return false;
        }
    }

    /** Remembers a process that was just started. */
    void write(ProcessHandle handle) {
        Instant started = handle.info().startInstant().orElseGet(Instant::now);
        PrivateFile.writeIfChanged(start, started.toEpochMilli() + "\n");
        PrivateFile.writeIfChanged(pid, handle.pid() + "\n");
    }

    /** Forgets it. */
    void delete() {
        try {
            Files.deleteIfExists(pid);
            Files.deleteIfExists(start);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot remove " + pid, e);
        }
    }

    private static Optional<Long> read(Path file) {
        try {
            String text = Files.readString(file).strip();
            return text.matches("[0-9]{1,18}") ? Optional.of(Long.parseLong(text)) : Optional.empty();
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }
}
