package dev.trine.server.store;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.rocksdb.Snapshot;

/**
 * A RocksDB snapshot that is let go of when it is closed and the last read of it has ended: a read of a released
 * snapshot would be a read of freed memory. Called by any thread.
 */
final class PinnedSnapshot implements AutoCloseable {
    private final Database database;
    private final Snapshot snapshot;
    // reads under way, and one more until it is closed
    private final AtomicInteger uses = new AtomicInteger(1);
    private final AtomicBoolean closed = new AtomicBoolean();

    PinnedSnapshot(Database database) {
        this.database = database;
        this.snapshot = database.snapshot();
    }

    <T> T read(Function<Snapshot, T> read) {
        int before = uses.getAndUpdate(n -> n == 0 ? 0 : n + 1);
        if (before == 0) {
            throw new IllegalStateException("the snapshot is closed");
        }
        try {
            if (closed.get()) {
                throw new IllegalStateException("the snapshot is closed");
            }
            return read.apply(snapshot);
        } finally {
            release();
        }
    }

    private void release() {
        if (uses.decrementAndGet() == 0) {
            database.release(snapshot);
        }
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            release();
        }
    }
}
