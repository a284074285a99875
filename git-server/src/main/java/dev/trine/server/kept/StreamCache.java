package dev.trine.server.kept;

import dev.trine.common.lifecycle.OwnThread;
import dev.trine.server.hosting.PackCacheCounts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Streams that were made for clients, packs or archives, kept in files for those who ask for the same, the least
 * recently used given up first. Whoever asks while a stream is being made joins in. The directory is emptied at start.
 * A disk that fails or is full costs what the cache would have spared, and no answer. Called by many threads.
 */
public final class StreamCache implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(StreamCache.class);
    private static final long IDLE_SECONDS = 10;
    private static final String PREFIX = "kept-";
    /** How much may be written between two looks at the free space. */
    private static final long UNCHECKED_BYTES_MAX = 16 << 20;

    private final Path directory;
    private final CacheLimits limits;
    private final long leaveFreeBytes;
    private final AtomicBoolean troubled = new AtomicBoolean();
    private final AtomicLong serial = new AtomicLong();
    private final CachedFile.Writing writing;
    private final LongAdder hits = new LongAdder();
    private final LongAdder joins = new LongAdder();
    private final LongAdder misses = new LongAdder();
    private final LongAdder alone = new LongAdder();
    // The lock guards what follows, which has to change together; it is never taken with a stream's lock held.
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<Object, SharedStream> streams = new LinkedHashMap<>(16, 0.75f, true);
    private long bytes;
    private long uncheckedBytes = UNCHECKED_BYTES_MAX;
    private long files;

    private StreamCache(Path directory, CacheLimits limits, long leaveFreeBytes, CachedFile.Disk disk) {
        this.writing = new CachedFile.Writing(new ThreadPoolExecutor(0, 1, IDLE_SECONDS, TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(), OwnThread.behindOthers("kept-write")), disk);
        this.directory = directory;
        this.limits = limits;
        this.leaveFreeBytes = leaveFreeBytes;
    }

    /**
     * Opens a cache and removes what an earlier one left in its directory.
     *
     * @param leaveFreeBytes nothing is kept while the file system has less free than this
     */
    public static StreamCache open(Path directory, CacheLimits limits, long leaveFreeBytes) throws IOException {
        return open(directory, limits, leaveFreeBytes, file -> file.force(false));
    }

    static StreamCache open(Path directory, CacheLimits limits, long leaveFreeBytes, CachedFile.Disk disk)
        throws IOException {
        Files.createDirectories(directory);
        try (Stream<Path> left = Files.list(directory)) {
            for (Path file : left.filter(each -> each.getFileName().toString().startsWith(PREFIX)).toList()) {
                Files.delete(file);
            }
        }
        return new StreamCache(directory, limits, leaveFreeBytes, disk);
    }

    /** How a call comes by its stream. */
    public sealed interface Taken {
        /** It makes the stream, for itself and whoever joins it. */
        record ToMake(SharedStream stream, SharedStream.Reading reading) implements Taken {
        }

        /** It reads a stream that was made, or is being made, for another. */
        record Made(SharedStream stream, SharedStream.Reading reading) implements Taken {
        }

        /** It makes the stream for itself. */
        record Alone() implements Taken {
        }
    }

    /** What has been done. */
    public PackCacheCounts counts() {
        lock.lock();
        try {
            return new PackCacheCounts(hits.sum(), joins.sum(), misses.sum(), alone.sum(), streams.size(), bytes);
        } finally {
            lock.unlock();
        }
    }

    /** Whether a stream of about so many bytes may be kept. */
    public boolean mayKeep(long streamBytes) {
        return streamBytes <= limits.eachMax().bytes() && limits.size().bytes() > 0;
    }

    /** A call is served without the cache. */
    public Taken.Alone alone() {
        alone.increment();
        return new Taken.Alone();
    }

    /**
     * The stream of that key: one of several who ask at the same time makes it.
     *
     * @param key equal for streams that have the same bytes, and for the same readers only
     */
    public Taken take(Object key) {
        lock.lock();
        try {
            SharedStream known = streams.get(key);
            if (known != null) {
                boolean making = known.isMaking();
                Optional<SharedStream.Reading> reading = known.join();
                if (reading.isPresent()) {
                    (making ? joins : hits).increment();
                    return new Taken.Made(known, reading.get());
                }
            }
            SharedStream made = new SharedStream(this);
            SharedStream.Reading first = made.join().orElseThrow();
            streams.put(key, made);
            misses.increment();
            return new Taken.ToMake(made, first);
        } finally {
            lock.unlock();
        }
    }

    /** A stream that was made, to be read; empty: it is not kept, or not complete yet. Closed by whoever reads. */
    public Optional<SharedStream.Reading> find(Object key) {
        lock.lock();
        try {
            Optional<SharedStream.Reading> found = Optional.ofNullable(streams.get(key))
                .filter(stream -> !stream.isMaking()).flatMap(SharedStream::join);
            found.ifPresent(reading -> hits.increment());
            return found;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Makes room for so many more bytes of a stream, if that is possible.
     *
     * @param before bytes that it has already; 0: it needs a file
     */
    boolean reserve(long before, int length) {
        if (before + length > limits.eachMax().bytes() || !isRoomOnDisk(before, length)) {
            return false;
        }
        giveUp(length, before == 0 ? 1 : 0).forEach(SharedStream::retire);
        lock.lock();
        try {
            if (bytes + length > limits.size().bytes() || before == 0 && files >= limits.countMax()) {
                return false;
            }
            bytes += length;
            files += before == 0 ? 1 : 0;
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Takes the least recently used of the complete streams out, until so much more fits in, or none is left. */
    private List<SharedStream> giveUp(int length, int newFiles) {
        List<SharedStream> victims = new ArrayList<>();
        lock.lock();
        try {
            long tooMany = bytes + length - limits.size().bytes();
            long tooManyFiles = files + newFiles - limits.countMax();
            Iterator<SharedStream> eldest = streams.values().iterator();
            while ((tooMany > 0 || tooManyFiles > 0) && eldest.hasNext()) {
                SharedStream stream = eldest.next();
                if (!stream.isMaking()) {
                    eldest.remove();
                    victims.add(stream);
                    tooMany -= stream.bytes();
                    tooManyFiles--;
                }
            }
        } finally {
            lock.unlock();
        }
        return victims;
    }

    private boolean isRoomOnDisk(long before, int length) {
        lock.lock();
        try {
            uncheckedBytes += length;
            if (before > 0 && uncheckedBytes < UNCHECKED_BYTES_MAX) {
                return true;
            }
            uncheckedBytes = 0;
        } finally {
            lock.unlock();
        }
        long usable = directory.toFile().getUsableSpace();
        if (usable < leaveFreeBytes) {
            couldNotWrite(new IOException("the disk has " + usable + " bytes left, the last " + leaveFreeBytes
                + " are not for what is kept"));
            return false;
        }
        return true;
    }

    /** A new file, for a stream that reserved it. */
    CachedFile createFile(SharedStream stream) throws IOException {
        return CachedFile.create(directory.resolve(PREFIX + serial.incrementAndGet()), writing,
            failure -> couldNotSync(stream, failure));
    }

    /** Of what the system holds in memory nobody knows how long it can be read: it is for nobody who comes now. */
    private void couldNotSync(SharedStream stream, IOException e) {
        LOG.atWarn().addKeyValue("dir", directory).addKeyValue("cause", e.toString())
            .log("the disk could not write a kept answer, which is given up");
        forget(stream);
    }

    /** What was reserved could not be used. */
    void giveBack(int length, boolean file) {
        lock.lock();
        try {
            bytes -= length;
            files -= file ? 1 : 0;
        } finally {
            lock.unlock();
        }
    }

    /** The stream is not for further clients. */
    void forget(SharedStream stream) {
        lock.lock();
        try {
            streams.values().removeIf(each -> each == stream);
        } finally {
            lock.unlock();
        }
        stream.retire();
    }

    /** A stream's file is not needed any more. */
    void remove(CachedFile file, long length) {
        try {
            file.close();
        } catch (IOException e) {
            couldNotWrite(e);
        }
        lock.lock();
        try {
            bytes -= length;
            files--;
        } finally {
            lock.unlock();
        }
    }

    /** Writing works. */
    void wrote() {
        if (troubled.get() && troubled.compareAndSet(true, false)) {
            LOG.atInfo().addKeyValue("dir", directory).log("answers are kept again");
        }
    }

    /** Writing does not work; told once, until it works again. */
    void couldNotWrite(IOException e) {
        if (troubled.compareAndSet(false, true)) {
            LOG.atWarn().addKeyValue("dir", directory).addKeyValue("cause", e.toString())
                .log("answers cannot be kept, clients are served without");
        }
    }

    /** A kept stream does not read as it was written. */
    void couldNotRead(IOException e) {
        LOG.atWarn().addKeyValue("dir", directory).addKeyValue("cause", e.toString())
            .log("a kept answer could not be read and is given up");
    }

    /** Removes all files; nobody may read any more. */
    @Override
    public void close() {
        List<SharedStream> all;
        lock.lock();
        try {
            all = List.copyOf(streams.values());
            streams.clear();
        } finally {
            lock.unlock();
        }
        all.forEach(SharedStream::retire);
    }
}
