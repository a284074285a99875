package dev.trine.server.upload;

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
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Packs that were made for fetches, kept in files for those who ask for the same, the least recently used given up
 * first. Whoever asks while a pack is being made joins in. The directory is emptied at start. A disk that fails or is
 * full costs what the cache would have spared, and no fetch. Called by many threads.
 */
public final class PackCache implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PackCache.class);
    private static final String PREFIX = "pack-";
    /** How much may be written between two looks at the free space. */
    private static final long UNCHECKED_BYTES_MAX = 16 << 20;

    private final Path directory;
    private final PackCacheSettings settings;
    private final long leaveFreeBytes;
    private final AtomicBoolean troubled = new AtomicBoolean();
    private final AtomicLong serial = new AtomicLong();
    private final LongAdder hits = new LongAdder();
    private final LongAdder joins = new LongAdder();
    private final LongAdder misses = new LongAdder();
    private final LongAdder alone = new LongAdder();
    // The lock guards what follows, which has to change together; it is never taken with a pack's lock held.
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<PackKey, SharedPack> packs = new LinkedHashMap<>(16, 0.75f, true);
    private long bytes;
    private long uncheckedBytes = UNCHECKED_BYTES_MAX;
    private long files;

    private PackCache(Path directory, PackCacheSettings settings, long leaveFreeBytes) {
        this.directory = directory;
        this.settings = settings;
        this.leaveFreeBytes = leaveFreeBytes;
    }

    /**
     * Opens a cache and removes what an earlier one left in its directory.
     *
     * @param leaveFreeBytes nothing is kept while the file system has less free than this
     */
    public static PackCache open(Path directory, PackCacheSettings settings, long leaveFreeBytes) throws IOException {
        Files.createDirectories(directory);
        try (Stream<Path> left = Files.list(directory)) {
            for (Path file : left.filter(each -> each.getFileName().toString().startsWith(PREFIX)).toList()) {
                Files.delete(file);
            }
        }
        return new PackCache(directory, settings, leaveFreeBytes);
    }

    /** How a fetch comes by its pack. */
    sealed interface Taken {
        /** It makes the pack, for itself and whoever joins it. */
        record ToMake(SharedPack pack, SharedPack.Reading reading) implements Taken {
        }

        /** It reads a pack that was made, or is being made, for another. */
        record Made(SharedPack pack, SharedPack.Reading reading) implements Taken {
        }

        /** It makes the pack for itself. */
        record Alone() implements Taken {
        }
    }

    /** What has been done. */
    public PackCacheCounts counts() {
        lock.lock();
        try {
            return new PackCacheCounts(hits.sum(), joins.sum(), misses.sum(), alone.sum(), packs.size(), bytes);
        } finally {
            lock.unlock();
        }
    }

    /** Whether a pack of about so many bytes may be kept. */
    boolean mayKeep(long packBytes) {
        return packBytes <= settings.packMax().bytes() && settings.size().bytes() > 0;
    }

    /** A fetch is served without the cache. */
    Taken.Alone alone() {
        alone.increment();
        return new Taken.Alone();
    }

    /** The pack of that key: one of several who ask at the same time makes it. */
    Taken take(PackKey key) {
        lock.lock();
        try {
            SharedPack known = packs.get(key);
            if (known != null) {
                boolean making = known.isMaking();
                Optional<SharedPack.Reading> reading = known.join();
                if (reading.isPresent()) {
                    (making ? joins : hits).increment();
                    return new Taken.Made(known, reading.get());
                }
            }
            SharedPack pack = new SharedPack(this);
            SharedPack.Reading first = pack.join().orElseThrow();
            packs.put(key, pack);
            misses.increment();
            return new Taken.ToMake(pack, first);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Makes room for so many more bytes of a pack, if that is possible.
     *
     * @param before bytes that it has already; 0: it needs a file
     */
    boolean reserve(long before, int length) {
        if (before + length > settings.packMax().bytes() || !isRoomOnDisk(before, length)) {
            return false;
        }
        giveUp(length, before == 0 ? 1 : 0).forEach(SharedPack::retire);
        lock.lock();
        try {
            if (bytes + length > settings.size().bytes() || before == 0 && files >= settings.packsMax()) {
                return false;
            }
            bytes += length;
            files += before == 0 ? 1 : 0;
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Takes the least recently used of the complete packs out, until so much more fits in, or none is left. */
    private List<SharedPack> giveUp(int length, int newFiles) {
        List<SharedPack> victims = new ArrayList<>();
        lock.lock();
        try {
            long tooMany = bytes + length - settings.size().bytes();
            long tooManyFiles = files + newFiles - settings.packsMax();
            Iterator<SharedPack> eldest = packs.values().iterator();
            while ((tooMany > 0 || tooManyFiles > 0) && eldest.hasNext()) {
                SharedPack pack = eldest.next();
                if (!pack.isMaking()) {
                    eldest.remove();
                    victims.add(pack);
                    tooMany -= pack.bytes();
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
                + " are not for kept packs"));
            return false;
        }
        return true;
    }

    /** A new file, for a pack that reserved it. */
    CachedFile createFile() throws IOException {
        return CachedFile.create(directory.resolve(PREFIX + serial.incrementAndGet()));
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

    /** The pack is not for further clients. */
    void forget(SharedPack pack) {
        lock.lock();
        try {
            packs.values().removeIf(each -> each == pack);
        } finally {
            lock.unlock();
        }
        pack.retire();
    }

    /** A pack's file is not needed any more. */
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
            LOG.atInfo().addKeyValue("dir", directory).log("packs are kept again");
        }
    }

    /** Writing does not work; told once, until it works again. */
    void couldNotWrite(IOException e) {
        if (troubled.compareAndSet(false, true)) {
            LOG.atWarn().addKeyValue("dir", directory).addKeyValue("cause", e.toString())
                .log("packs cannot be kept, fetches are served without");
        }
    }

    /** A kept pack does not read as it was written. */
    void couldNotRead(IOException e) {
        LOG.atWarn().addKeyValue("dir", directory).addKeyValue("cause", e.toString())
            .log("a kept pack could not be read and is given up");
    }

    /** Removes all files; nobody may read any more. */
    @Override
    public void close() {
        List<SharedPack> all;
        lock.lock();
        try {
            all = List.copyOf(packs.values());
            packs.clear();
        } finally {
            lock.unlock();
        }
        all.forEach(SharedPack::retire);
    }
}
