package dev.trine.server.kept;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A stream of bytes that is made once, by one thread, and read by every client that asked for the same, while it is
 * made and afterwards. Its blocks lie in a file as long as the cache has room. After that no further client can join,
 * and each block is kept in memory until the slowest of the present ones has taken it. When the last reader leaves
 * before it is complete, making it fails.
 */
public final class SharedStream {
    private static final int TEXTS_MAX = 1_000;
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final StreamCache cache;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    // All that follows is guarded by the lock: its state is one thing, and readers wait for it to change.
    private final Set<Reading> readers = new HashSet<>();
    private final List<String> texts = new ArrayList<>();
    private Optional<CachedFile> file = Optional.empty();
    private int blocks;
    private int blocksInFile;
    private long bytes;
    private byte[] loose = new byte[0];
    private boolean outgrown;
    private boolean making = true;
    private boolean kept = true;
    private String statistics = "";
    private Optional<Throwable> failure = Optional.empty();
    private String place = "";
    private int placesTold;
    private boolean waits;

    SharedStream(StreamCache cache) {
        this.cache = cache;
    }

    /** A reader from the first block on; empty: there can be no more. Closed by whoever reads. */
    Optional<Reading> join() {
        lock.lock();
        try {
            if (outgrown || !kept || failure.isPresent()) {
                return Optional.empty();
            }
            Reading reading = new Reading();
            readers.add(reading);
            return Optional.of(reading);
        } finally {
            lock.unlock();
        }
    }

    /** Whether more bytes are to come. */
    public boolean isMaking() {
        lock.lock();
        try {
            return making;
        } finally {
            lock.unlock();
        }
    }

    long bytes() {
        lock.lock();
        try {
            return bytes;
        } finally {
            lock.unlock();
        }
    }

    /** Adds a block; all but the last have the size of {@link CachedFile#BLOCK_BYTES}. Called by the maker. */
    public void append(byte[] from, int offset, int length) throws IOException {
        append(from, offset, length, () -> { });
    }

    /**
     * As {@link #append(byte[], int, int)}.
     *
     * @param slows done before this waits for readers to take the block
     */
    public void append(byte[] from, int offset, int length, Runnable slows) throws IOException {
        requireReaders();
        boolean stored = !outgrown && store(from, offset, length);
        if (!stored) {
            slows.run();
        }
        lock.lock();
        try {
            blocks++;
            bytes += length;
            if (stored) {
                blocksInFile++;
            } else {
                outgrown = true;
                loose = Arrays.copyOfRange(from, offset, offset + length);
            }
            changed.signalAll();
            while (!stored && readers.stream().anyMatch(reading -> reading.taken < blocks)) {
                changed.await();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while the answer was made", e);
        } finally {
            lock.unlock();
        }
    }

    private boolean store(byte[] from, int offset, int length) {
        if (!cache.reserve(bytes, length)) {
            return false;
        }
        try {
            if (file.isEmpty()) {
                CachedFile created = cache.createFile(this);
                lock.lock();
                try {
                    file = Optional.of(created);
                } finally {
                    lock.unlock();
                }
            }
            file.get().append(from, offset, length);
            cache.wrote();
            return true;
        } catch (IOException e) {
            cache.giveBack(length, file.isEmpty());
            cache.couldNotWrite(e);
            return false;
        }
    }

    /** Tells the clients' users something. Called by the maker. */
    public void tell(String text) {
        change(() -> {
            if (texts.size() < TEXTS_MAX) {
                texts.add(text);
            }
        });
    }

    /**
     * Tells the users of those who wait how the wait goes. Called by the maker.
     *
     * @param goesOn whether who joins later is told, too
     */
    public void tellPlace(String text, boolean goesOn) {
        change(() -> {
            place = text;
            placesTold++;
            waits = goesOn;
        });
    }

    /** Fails if nobody reads any more, and then nobody can join: the maker, who calls this, gives up. */
    public void requireReaders() throws IOException {
        lock.lock();
        try {
            if (readers.isEmpty()) {
                IOException nobody = new IOException("nobody waits for the answer any more");
                failure = Optional.of(nobody);
                throw nobody;
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * It is complete. The last that the maker calls, unless it failed.
     *
     * @param line statistics for the clients' users
     */
    public void whole(String line) {
        change(() -> {
            making = false;
            statistics = line;
        });
        if (outgrown) {
            cache.forget(this);
        }
        closeIfUnused();
    }

    /** It will not be complete. The last that the maker calls, unless it succeeded. */
    public void failed(Throwable why) {
        change(() -> {
            making = false;
            failure = Optional.of(why);
        });
        cache.forget(this);
        closeIfUnused();
    }

    /** The cache has given it up: its file goes when the last reader has left. */
    void retire() {
        change(() -> kept = false);
        closeIfUnused();
    }

    private void change(Runnable what) {
        lock.lock();
        try {
            what.run();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void closeIfUnused() {
        Optional<CachedFile> unused = Optional.empty();
        long freed = 0;
        lock.lock();
        try {
            if (!kept && !making && readers.isEmpty()) {
                unused = file;
                file = Optional.empty();
                freed = blocks == blocksInFile ? bytes : (long) blocksInFile * CachedFile.BLOCK_BYTES;
            }
        } finally {
            lock.unlock();
        }
        if (unused.isPresent()) {
            cache.remove(unused.get(), freed);
        }
    }

    /** Making it failed, with this as the cause. */
    public static final class FailedException extends IOException {
        private static final long serialVersionUID = 1L;

        private FailedException(Throwable why) {
            super("the answer could not be made: " + why.getMessage(), why);
        }
    }

    /** One client's way through the stream. Used by one thread. */
    public final class Reading implements AutoCloseable {
        /** Guarded by the stream's lock. */
        private int taken;
        private int textsTaken;
        private int placesTaken = waits ? placesTold - 1 : placesTold;

        private Reading() {
        }

        /**
         * Takes the next block, waiting a second at most.
         *
         * @return its length; 0: it is not there yet, but something may have been told; -1: there are no more
         */
        public int next(byte[] into, int offset) throws IOException {
            CachedFile from;
            int block;
            int length;
            lock.lock();
            try {
                awaitNews();
                if (failure.isPresent()) {
                    throw new FailedException(failure.get());
                }
                if (taken == blocks) {
                    return making ? 0 : -1;
                }
                if (taken >= blocksInFile) {
                    System.arraycopy(loose, 0, into, offset, loose.length);
                    taken++;
                    changed.signalAll();
                    return loose.length;
                }
                block = taken;
                from = file.orElseThrow();
                length = blocks == blocksInFile && block == blocks - 1
                    ? (int) (bytes - (long) block * CachedFile.BLOCK_BYTES) : CachedFile.BLOCK_BYTES;
            } finally {
                lock.unlock();
            }
            read(from, block, into, offset, length);
            return length;
        }

        private void read(CachedFile from, int block, byte[] into, int offset, int length) throws IOException {
            try {
                from.read(block, into, offset, length);
            } catch (IOException e) {
                cache.couldNotRead(e);
                cache.forget(SharedStream.this);
                throw new FailedException(e);
            }
            lock.lock();
            try {
                taken++;
                if (outgrown) {
                    changed.signalAll();
                }
            } finally {
                lock.unlock();
            }
        }

        private void awaitNews() throws IOException {
            long nanos = PATIENCE_NANOS;
            try {
                while (taken == blocks && making && isUpToDate() && nanos > 0) {
                    nanos = changed.awaitNanos(nanos);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted while the answer was made", e);
            }
        }

        private boolean isUpToDate() {
            return textsTaken == texts.size() && placesTaken == placesTold;
        }

        /** What was told since this was asked the last time. */
        public List<String> news() {
            lock.lock();
            try {
                int from = textsTaken;
                textsTaken = texts.size();
                List<String> news = new ArrayList<>();
                if (placesTaken < placesTold) {
                    placesTaken = placesTold;
                    news.add(place);
                }
                news.addAll(texts.subList(from, texts.size()));
                return news;
            } finally {
                lock.unlock();
            }
        }

        /** Its length, if it is complete and all of it lies in a file; only then it can be read from any block on. */
        public OptionalLong length() {
            lock.lock();
            try {
                return !making && !outgrown && failure.isEmpty() ? OptionalLong.of(bytes) : OptionalLong.empty();
            } finally {
                lock.unlock();
            }
        }

        /** Goes on at that block; only if {@link #length} is known. */
        public void seek(int block) {
            lock.lock();
            try {
                if (block > blocksInFile || making || outgrown) {
                    throw new IllegalStateException("block " + block + " does not lie in a file");
                }
                taken = block;
            } finally {
                lock.unlock();
            }
        }

        /** Blocks taken so far. */
        public int taken() {
            lock.lock();
            try {
                return taken;
            } finally {
                lock.unlock();
            }
        }

        /** One line for the client's user; to be asked after the last block. */
        public String statistics() {
            lock.lock();
            try {
                return statistics;
            } finally {
                lock.unlock();
            }
        }

        @Override
        public void close() {
            change(() -> readers.remove(this));
            closeIfUnused();
        }
    }
}
