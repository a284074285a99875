package dev.trine.common.audit;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/**
 * What was found when all lines of an audit were read.
 *
 * @param lines  how many there are
 * @param first  number of the first one that is kept; older ones are gone with their files. 0: there is none
 * @param last   number and hash of the newest; empty: there is none. Whether newer ones were cut off cannot be seen,
 *               unless this one's hash was noted elsewhere
 * @param faults what is wrong, in the order of the lines; empty: nothing
 * @param more   how many more faults there are
 */
public record Verification(long lines, long first, Optional<ChainLink> last, List<Fault> faults, long more) {
    private static final int FAULTS_MAX = 20;
    private static final Duration WRITING_MAX = Duration.ofSeconds(5);
    private static final long LOOK_EVERY_NANOS = 10_000_000;

    /**
     * Something wrong.
     *
     * @param file   in which file
     * @param line   in which line of it, from 1
     * @param what   a sentence's end: what the line is or has
     */
    public record Fault(Path file, long line, String what) {
    }

    /** Whether every line is as it was written, and none is missing between the first and the last. */
    public boolean holds() {
        return faults.isEmpty();
    }

    /** How files are opened. */
    interface Opening {
        InputStream open(Path file) throws IOException;
    }

    /**
     * Reads all files of a directory; what a service writes or removes meanwhile may be read or not. A last line
     * without an end is a fault if it does not go on within a few seconds.
     */
    public static Verification of(Path directory) throws IOException {
        return of(directory, Files::newInputStream, WRITING_MAX);
    }

    static Verification of(Path directory, Opening opening, Duration writingMax) throws IOException {
        List<AuditFile> files = AuditFile.in(directory);
        while (true) {
            try {
                return of(files, new Reading(opening, writingMax));
            } catch (NoSuchFileException e) {
                List<AuditFile> left = AuditFile.in(directory);
                if (left.equals(files)) {
                    throw e;
                }
                files = left;
            }
        }
    }

    private static Verification of(List<AuditFile> files, Reading reading) throws IOException {
        for (AuditFile file : files) {
            reading.read(file, file.equals(files.getLast()));
        }
        return new Verification(reading.lines, files.isEmpty() ? 0 : files.getFirst().first(), reading.check.last(),
            List.copyOf(reading.faults), reading.more);
    }

    private static final class Reading {
        private final Opening opening;
        private final Duration writingMax;
        private final ChainCheck check = new ChainCheck();
        private final List<Fault> faults = new ArrayList<>();
        private long lines;
        private long more;

        Reading(Opening opening, Duration writingMax) {
            this.opening = opening;
            this.writingMax = writingMax;
        }

        void read(AuditFile file, boolean newest) throws IOException {
            try (AuditLines in = new AuditLines(opening.open(file.path()))) {
                long number = 0;
                for (Optional<AuditLines.Line> line = in.next(); line.isPresent(); line = in.next()) {
                    if (newest && !line.get().whole() && goesOn(file.path(), line.get().end())) {
                        break;
                    }
                    number++;
                    Optional<String> fault = check.accept(line.get());
                    note(file, number, fault.isPresent() || number > 1 ? fault : misplaced(file));
                }
                lines += number;
            }
        }

        /** Whether the line that ends there is being written: a reader may see a part of what is written in one go. */
        private boolean goesOn(Path file, long end) throws IOException {
            long began = System.nanoTime();
            while (Files.size(file) == end) {
                if (System.nanoTime() - began >= writingMax.toNanos()) {
                    return false;
                }
                LockSupport.parkNanos(LOOK_EVERY_NANOS);
            }
            return true;
        }

        /** A file's name says with which line it begins; no other file may show that one is missing there. */
        private Optional<String> misplaced(AuditFile file) {
            return check.last().filter(first -> first.seq() != file.first()).map(first -> "is number " + first.seq()
                + ", and by the file's name " + file.first() + " is its first");
        }

        private void note(AuditFile file, long number, Optional<String> fault) {
            if (fault.isPresent() && faults.size() < FAULTS_MAX) {
                faults.add(new Fault(file.path(), number, fault.get()));
            } else if (fault.isPresent()) {
                more++;
            }
        }
    }
}
