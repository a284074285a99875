package dev.trine.server.store;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Function;
import java.util.function.Supplier;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.Cache;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.CompressionType;
import org.rocksdb.DBOptions;
import org.rocksdb.InfoLogLevel;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.Snapshot;
import org.rocksdb.Statistics;
import org.rocksdb.StatsLevel;
import org.rocksdb.TickerType;
import org.rocksdb.WALRecoveryMode;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/**
 * One open RocksDB database: reads, and atomic writes that are synced before they return. Called by any thread.
 *
 * <p>Native memory is freed at {@link #close}, so each call holds a lock that closing waits for; none holds it while
 * somebody else's code runs. Writes are handed to threads of its own: a native call would otherwise keep the carrier of
 * a virtual thread during the sync, and as many writers as there are carriers could share one. Writers that wait at the
 * same time share a sync.
 */
final class Database implements AutoCloseable {
    private static final int WRITE_THREADS = 16;

    private final RocksDB rocks;
    private final List<AutoCloseable> owned;
    private final WriteOptions synced = new WriteOptions().setSync(true);
    private final ReadOptions plain = new ReadOptions();
    private final WriteOptions unsynced = new WriteOptions().setSync(false);
    private final ExecutorService writers;
    private final FatalHandler fatal;
    // what is durable is counted while no write is under way that nobody waits to be durable
    private final ReadWriteLock counting = new ReentrantReadWriteLock();
    private volatile Durable durable = sequence -> { };
    private final AtomicBoolean failed = new AtomicBoolean();
    private final LongAdder syncedWrites = new LongAdder();
    private final Statistics statistics;
    // a lock, not a snapshot: what it protects is native memory
    private final ReadWriteLock lifetime = new ReentrantReadWriteLock();
    private boolean closed; // guarded by lifetime

    private Database(RocksDB rocks, Statistics statistics, List<AutoCloseable> owned, FatalHandler fatal) {
        this.rocks = rocks;
        this.statistics = statistics;
        this.owned = owned;
        this.fatal = fatal;
        this.writers = Executors.newFixedThreadPool(WRITE_THREADS,
            Thread.ofPlatform().daemon().name("store-write-", 0).factory());
    }

    /**
     * Opens a database. Of its log, the first record that is not whole and all that follow are dropped: see
     * {@link #lastSequence}.
     *
     * @param create     whether it is made if it does not exist
     * @param cacheBytes size of the cache of uncompressed blocks
     */
    static Database open(Path dir, boolean create, long cacheBytes, FatalHandler fatal)
        throws IOException, RocksDBException {
        RocksDB.loadLibrary();
        if (!create) {
            LogFiles.cutAtHoles(dir);
        }
        List<AutoCloseable> owned = new ArrayList<>();
        try {
            Statistics statistics = owning(owned, new Statistics());
            statistics.setStatsLevel(StatsLevel.EXCEPT_DETAILED_TIMERS);
            Options options = options(cacheBytes, owned).setCreateIfMissing(create).setStatistics(statistics);
            return new Database(RocksDB.open(options, dir.toString()), statistics, owned, fatal);
        } catch (RocksDBException e) {
            owned.reversed().forEach(Database::release);
            throw e;
        }
    }

    private static Options options(long cacheBytes, List<AutoCloseable> owned) {
        Cache cache = owning(owned, new LRUCache(cacheBytes));
        BloomFilter filter = owning(owned, new BloomFilter(10));
        DBOptions verified = owning(owned, DBOptions.getDBOptionsFromProps(onlyByName()));
        ColumnFamilyOptions columns = owning(owned, new ColumnFamilyOptions());
        BlockBasedTableConfig table = new BlockBasedTableConfig().setBlockCache(cache).setFilterPolicy(filter)
            .setCacheIndexAndFilterBlocks(true).setPinL0FilterAndIndexBlocksInCache(true).setFormatVersion(5);
        return owning(owned, new Options(verified, columns)).setTableFormatConfig(table)
            .setCompressionType(CompressionType.LZ4_COMPRESSION)
            .setWriteBufferSize(32L << 20).setMaxTotalWalSize(128L << 20).setMaxOpenFiles(512)
            .setKeepLogFileNum(3).setMaxLogFileSize(4L << 20).setInfoLogLevel(InfoLogLevel.WARN_LEVEL)
            // up to the first record that is not whole; whoever opens asks whether what was acknowledged is there
            .setWalRecoveryMode(WALRecoveryMode.PointInTimeRecovery).setParanoidChecks(true);
    }

    /** Options that have no setter of their own: a log file that is missing or cut short stops the start. */
    private static Properties onlyByName() {
        Properties options = new Properties();
        options.setProperty("track_and_verify_wals_in_manifest", "true");
        return options;
    }

    private static <T extends AutoCloseable> T owning(List<AutoCloseable> owned, T part) {
        owned.add(part);
        return part;
    }

    /** Reads of the newest state. */
    Reads newest() {
        return new Reads() {
            @Override
            public Optional<byte[]> get(byte[] key) {
                return using(() -> lookUp(key, plain));
            }

            @Override
            public List<Pair> range(byte[] from, byte[] end, int max) {
                return using(() -> collect(from, end, max, plain));
            }

            @Override
            public Optional<Pair> lastBelow(byte[] prefix, byte[] end) {
                return using(() -> findLast(prefix, end, plain));
            }
        };
    }

    /** Reads of a pinned state. */
    Reads at(PinnedSnapshot pinned) {
        return new Reads() {
            @Override
            public Optional<byte[]> get(byte[] key) {
                return reading(pinned, options -> lookUp(key, options));
            }

            @Override
            public List<Pair> range(byte[] from, byte[] end, int max) {
                return reading(pinned, options -> collect(from, end, max, options));
            }

            @Override
            public Optional<Pair> lastBelow(byte[] prefix, byte[] end) {
                return reading(pinned, options -> findLast(prefix, end, options));
            }
        };
    }

    private Optional<byte[]> lookUp(byte[] key, ReadOptions options) {
        try {
            return Optional.ofNullable(rocks.get(options, key));
        } catch (RocksDBException e) {
            throw new StoreException("read of the database", e);
        }
    }

    private List<Pair> collect(byte[] from, byte[] end, int max, ReadOptions options) {
        List<Pair> found = new ArrayList<>();
        try (RocksIterator each = rocks.newIterator(options)) {
            for (each.seek(from); each.isValid() && found.size() < max; each.next()) {
                byte[] key = each.key();
                if (Arrays.compareUnsigned(key, end) >= 0) {
                    break;
                }
                found.add(new Pair(key, each.value()));
            }
            each.status();
            return found;
        } catch (RocksDBException e) {
            throw new StoreException("scan of the database", e);
        }
    }

    private Optional<Pair> findLast(byte[] prefix, byte[] end, ReadOptions options) {
        try (RocksIterator each = rocks.newIterator(options)) {
            each.seekForPrev(end);
            if (each.isValid() && Arrays.equals(each.key(), end)) {
                each.prev();
            }
            each.status();
            return each.isValid() && Keys.startsWith(each.key(), prefix)
                ? Optional.of(new Pair(each.key(), each.value())) : Optional.empty();
        } catch (RocksDBException e) {
            throw new StoreException("read of the database", e);
        }
    }

    /** Pins the present state until {@link #release(Snapshot)}; wrapped by {@link PinnedSnapshot}. */
    Snapshot snapshot() {
        return using(rocks::getSnapshot);
    }

    /** Lets go of a pinned state; after {@link #close} there is nothing to let go of. */
    void release(Snapshot snapshot) {
        lifetime.readLock().lock();
        try {
            if (!closed) {
                rocks.releaseSnapshot(snapshot);
            }
        } finally {
            lifetime.readLock().unlock();
        }
    }

    /** A new empty batch. */
    Write write() {
        return new Write(this);
    }

    /**
     * Writes a batch, all or nothing. A failure is told to the fatal handler and thrown.
     *
     * @param sync true: it and everything written before is durable on return
     */
    void write(WriteBatch batch, boolean sync) {
        if (failed.get()) {
            throw new StoreException("the store has failed before, nothing is written any more");
        }
        await(writers.submit(() -> using(() -> {
            if (sync) {
                note(counted(counting.readLock(), synced, batch));
                syncedWrites.increment();
            } else {
                counted(counting.writeLock(), unsynced, batch);
            }
            return null;
        })));
    }

    private void note(long sequence) {
        try {
            durable.upTo(sequence);
        } catch (IOException e) {
            throw new StoreException("note of what is durable", e);
        }
    }

    /** Writes; returns a number of which every write at or below it is durable, if the batch was written so. */
    private long counted(Lock lock, WriteOptions options, WriteBatch batch) {
        lock.lock();
        try {
            rocks.write(options, batch);
            return rocks.getLatestSequenceNumber();
        } catch (RocksDBException e) {
            throw new StoreException("write to the database", e);
        } finally {
            lock.unlock();
        }
    }

    /** Told what is durable, before whoever waits for it goes on. */
    @FunctionalInterface
    interface Durable {
        /** Every write up to that sequence number is. */
        void upTo(long sequence) throws IOException;
    }

    /** From now on tells this one. Call it once, before the first write that counts. */
    void tell(Durable witness) {
        durable = witness;
    }

    /**
     * Number of the last write. After opening, it is that of the last one which is there: RocksDB takes it from its
     * tables and from what it found in its log, from nowhere else, and everything before it is there as well.
     */
    long lastSequence() {
        return using(rocks::getLatestSequenceNumber);
    }

    /** Synced writes so far. */
    long syncedWrites() {
        return syncedWrites.sum();
    }

    /** How often the log was synced so far. */
    long fsyncs() {
        return using(() -> statistics.getTickerCount(TickerType.WAL_FILE_SYNCED));
    }

    /** Waits for a write whatever happens to the waiting thread: it must know what is durable. */
    private void await(Future<?> write) {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    write.get();
                    return;
                } catch (InterruptedException e) {
                    interrupted = true;
                } catch (ExecutionException e) {
                    throw failure(e.getCause());
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private RuntimeException failure(Throwable cause) {
        if (cause instanceof IllegalStateException closedMeanwhile) {
            return closedMeanwhile;
        }
        StoreException failure = new StoreException("write to the database", cause);
        if (failed.compareAndSet(false, true)) {
            fatal.fatal("a write to the store failed, what is durable is unknown", failure);
        }
        return failure;
    }

    private <T> T reading(PinnedSnapshot pinned, Function<ReadOptions, T> read) {
        return pinned.read(snapshot -> using(() -> {
            try (ReadOptions options = new ReadOptions()) {
                return read.apply(options.setSnapshot(snapshot));
            }
        }));
    }

    private <T> T using(Supplier<T> use) {
        Lock lock = lifetime.readLock();
        lock.lock();
        try {
            if (closed) {
                throw new IllegalStateException("the store is closed");
            }
            return use.get();
        } finally {
            lock.unlock();
        }
    }

    /** Waits for calls under way, then closes; calls that come later fail. */
    @Override
    public void close() {
        lifetime.writeLock().lock();
        try {
            if (closed) {
                return;
            }
            closed = true;
            rocks.close();
            release(plain);
            release(synced);
            release(unsynced);
            owned.reversed().forEach(Database::release);
        } finally {
            lifetime.writeLock().unlock();
        }
        writers.shutdown();
    }

    private static void release(AutoCloseable part) {
        try {
            part.close();
        } catch (Exception e) {
            throw new StoreException("close of the database", e);
        }
    }

    /** A key with its value. */
    record Pair(byte[] key, byte[] value) {
    }
}
