package dev.trine.common.door;

import java.io.IOException;
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
 * stays what it was, and the log says so. Any thread.
 */
public final class FileBacked<T> {
    private static final Logger LOG = LoggerFactory.getLogger(FileBacked.class);

    private final ReentrantLock lock = new ReentrantLock();
    private final List<Path> files;
    private final Reader<T> reader;
    private List<Stamp> stamps;
    private T value;

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
            if (!now.equals(stamps)) {
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
            LOG.atInfo().addKeyValue("files", files).log("files have changed and are read again");
        } catch (IOException | RuntimeException e) {
            LOG.atError().addKeyValue("files", files).addKeyValue("problem", e.getMessage())
                .log("files have changed and cannot be read; what they said before holds on");
        }
    }

    /** A file's bytes, if they are not too many. */
    public static byte[] bytes(Path file, int bytesMax) throws IOException {
        if (Files.size(file) > bytesMax) {
            throw new IOException(file + " is longer than " + bytesMax + " bytes");
        }
        return Files.readAllBytes(file);
    }
}
