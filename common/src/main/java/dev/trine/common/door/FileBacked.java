package dev.trine.common.door;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A value that is read from files, and read again when one of them has changed. While they cannot be read, the value
 * stays what it was, the log says so once for each reason, and reading is tried again, once a second at most: what
 * stands in the way, such as a right that is missing, may go without a change of the files. Any thread.
 */
public final class FileBacked<T> {
    private static final Logger LOG = LoggerFactory.getLogger(FileBacked.class);
    private static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final ReentrantLock lock = new ReentrantLock();
    private final List<Path> files;
    private final Reader<T> reader;
    private List<Stamp> stamps;
    private T value;
    private String problem = ""; // why the files could not be read at last; empty: they could
    private long failedAtNanos;

    private FileBacked(List<Path> files, Reader<T> reader, List<Stamp> stamps, T value) {
        this.files = files;
        this.reader = reader;
        this.stamps = stamps;
        this.value = value;
    }

    /** Reads the value. */
    public interface Reader<T> {
        T read() throws IOException;
    }

    /** By what a change of a file is noticed; a file that is missing has the modification time 0. */
    private record Stamp(long modified, long bytes, String key) {
        static Stamp of(Path file) {
            try {
                BasicFileAttributes now = Files.readAttributes(file, BasicFileAttributes.class);
                return new Stamp(now.lastModifiedTime().to(TimeUnit.NANOSECONDS), now.size(),
                    String.valueOf(now.fileKey()));
            } catch (IOException missing) {
                return new Stamp(0, 0, "");
            }
        }

        static List<Stamp> of(List<Path> files) {
            return files.stream().map(Stamp::of).toList();
        }
    }

    /** Reads the value for the first time. */
    public static <T> FileBacked<T> open(List<Path> files, Reader<T> reader) throws IOException {
        List<Stamp> before = Stamp.of(files);
        return new FileBacked<>(List.copyOf(files), reader, before, reader.read());
    }

    /** The value as the files give it now. */
    public T get() {
        lock.lock();
        try {
            List<Stamp> now = Stamp.of(files);
            boolean again = !problem.isEmpty() && System.nanoTime() - failedAtNanos > RETRY_NANOS;
            if (again || !now.equals(stamps)) {
                stamps = now;
                readAgain();
            }
            return value;
        } finally {
            lock.unlock();
        }
    }

    private void readAgain() {
        try {
            value = reader.read();
            problem = "";
            LOG.atInfo().addKeyValue("files", files).log("files have changed and are read again");
        } catch (IOException | RuntimeException e) {
            String why = e.toString();
            if (!why.equals(problem)) {
                LOG.atError().addKeyValue("files", files).addKeyValue("problem", why)
                    .log("files have changed and cannot be read; what they said before holds on");
            }
            problem = why;
            failedAtNanos = System.nanoTime();
        }
    }

    /** A file's bytes, if they are not too many. */
    public static byte[] bytes(Path file, int bytesMax) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(bytesMax + 1);
            if (bytes.length > bytesMax) {
                throw new IOException(file + " is longer than " + bytesMax + " bytes");
            }
            return bytes;
        }
    }
}
