package dev.trine.router.directory;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.rocksdb.NativeLibraryLoader;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.Status;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The router's own disk: keys and bytes in RocksDB. It may lose anything, so nothing is synced. Any thread. */
final class LastKnown implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(LastKnown.class);

    private final Options options;
    private final RocksDB rocks;
    private final Seal seal;
    /** Native memory that was given back must not be touched, so whoever comes late is told so. */
    private final ReadWriteLock inUse = new ReentrantReadWriteLock();
    private final AtomicBoolean warned = new AtomicBoolean();
    private boolean closed;

    private LastKnown(Options options, RocksDB rocks, Seal seal) {
        this.options = options;
        this.rocks = rocks;
        this.seal = seal;
    }

    /** Opens the cache; one that is damaged is started afresh, one that another process uses is an error. */
    static LastKnown open(Path directory, Seal seal) throws IOException {
        Files.createDirectories(directory);
        loadLibrary(directory.resolveSibling("native"));
        Options options = new Options().setCreateIfMissing(true).setMaxLogFileSize(1 << 20).setKeepLogFileNum(2)
            .setWriteBufferSize(8 << 20);
        try {
            return new LastKnown(options, RocksDB.open(options, directory.toString()), seal);
        } catch (RocksDBException first) {
            if (!isDamage(first)) {
                options.close();
                throw new IOException("the cache in " + directory + " cannot be opened, probably because another router"
                    + " uses it (" + first.getMessage() + ")", first);
            }
            log.atWarn().addKeyValue("directory", directory).addKeyValue("cause", first.getMessage())
                .log("cache is damaged and starts afresh");
        }
        try {
            empty(directory);
            return new LastKnown(options, RocksDB.open(options, directory.toString()), seal);
        } catch (RocksDBException again) {
            options.close();
            throw new IOException("cache directory " + directory + " cannot be opened: " + again.getMessage(), again);
        }
    }

    /** Unpacks RocksDB's library to one place: under a new name in the temporary files it would stay after a kill. */
    private static void loadLibrary(Path place) throws IOException {
        try {
            NativeLibraryLoader.getInstance().loadLibrary(Files.createDirectories(place).toString());
        } catch (UnsatisfiedLinkError e) {
            log.atInfo().addKeyValue("directory", place).log("programs cannot run from here: {}", e.getMessage());
        }
    }

    private static boolean isDamage(RocksDBException e) {
        return e.getStatus() != null && (e.getStatus().getCode() == Status.Code.Corruption
            || e.getStatus().getCode() == Status.Code.InvalidArgument);
    }

    private static void empty(Path directory) throws IOException {
        List<Path> entries;
        try (Stream<Path> walk = Files.walk(directory)) {
            entries = walk.filter(entry -> !entry.equals(directory)).sorted(Comparator.reverseOrder()).toList();
        }
        for (Path entry : entries) {
            Files.delete(entry);
        }
    }

    Optional<byte[]> get(String key) {
        return open("cache entry " + key, () -> Optional.ofNullable(rocks.get(bytes(key))))
            .flatMap(sealed -> unsealed(key, sealed));
    }

    void put(String key, byte[] value) {
        open("cache entry " + key, () -> {
            rocks.put(bytes(key), seal.close(key, value));
            return key;
        });
    }

    void remove(String key) {
        open("cache entry " + key, () -> {
            rocks.delete(bytes(key));
            return key;
        });
    }

    private Optional<byte[]> unsealed(String key, byte[] sealed) {
        Optional<byte[]> entry = seal.open(key, sealed);
        if (entry.isEmpty() && !warned.getAndSet(true)) {
            log.atError().addKeyValue("entry", key).log("an entry of the cache does not bear this cluster's seal and is"
                + " ignored, as all such are: an earlier version or another key wrote it, or somebody changed it");
        }
        return entry;
    }

    /** Looks at all entries, as they are at this moment; at those without a good seal as if they were empty. */
    void forEach(BiConsumer<String, byte[]> each) {
        open("cache", () -> {
            try (RocksIterator at = rocks.newIterator()) {
                for (at.seekToFirst(); at.isValid(); at.next()) {
                    String key = new String(at.key(), StandardCharsets.UTF_8);
                    each.accept(key, unsealed(key, at.value()).orElse(new byte[0]));
                }
                at.status();
            }
            return each;
        });
    }

    /** What is done while the cache is open. */
    @FunctionalInterface
    private interface Access<T> {
        T get() throws RocksDBException;
    }

    private <T> T open(String what, Access<T> access) {
        inUse.readLock().lock();
        try {
            if (closed) {
                throw new IllegalStateException("the cache is closed");
            }
            return access.get();
        } catch (RocksDBException e) {
            throw new UncheckedIOException(new IOException(what, e));
        } finally {
            inUse.readLock().unlock();
        }
    }

    private static byte[] bytes(String key) {
        return key.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        inUse.writeLock().lock();
        try {
            closed = true;
            rocks.close();
            options.close();
        } finally {
            inUse.writeLock().unlock();
        }
    }
}
