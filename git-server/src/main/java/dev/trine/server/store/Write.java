package dev.trine.server.store;

import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/** Changes that are written together or not at all, in order. Used by one thread, ended by one of its last methods. */
final class Write implements AutoCloseable {
    private final Database database;
    private final WriteBatch batch = new WriteBatch();

    Write(Database database) {
        this.database = database;
    }

    void put(byte[] key, byte[] value) {
        change(() -> batch.put(key, value));
    }

    void delete(byte[] key) {
        change(() -> batch.delete(key));
    }

    /** Deletes all keys with {@code from <= key < end}; for many keys, a few of them are better deleted singly. */
    void deleteRange(byte[] from, byte[] end) {
        change(() -> batch.deleteRange(from, end));
    }

    private static void change(Change change) {
        try {
            change.apply();
        } catch (RocksDBException e) {
            throw new StoreException("a change of a batch", e);
        }
    }

    /** Writes and waits until everything written so far is durable. */
    void sync() {
        database.write(batch, true);
    }

    /** Writes; the next {@link #sync} of anybody makes it durable. */
    void later() {
        database.write(batch, false);
    }

    @Override
    public void close() {
        batch.close();
    }

    /** One change. */
    @FunctionalInterface
    private interface Change {
        void apply() throws RocksDBException;
    }
}
