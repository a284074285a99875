package dev.trine.server.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.zip.CRC32C;

/**
 * How far the database was durable when something was last acknowledged: a second witness, in a file of its own, to
 * what the database's log should hold. A log that lost its end looks to the database like one whose last record was
 * never finished; here it shows, so that the end of a log that is not whole may be dropped. Two slots are written in
 * turn, so that a torn write leaves the other one, whose mark is still true of everything acknowledged. Called by many
 * threads, which share a sync.
 */
final class SyncedMark implements AutoCloseable {
    static final String FILE = "synced";

    private static final long MAGIC = 0x5472696e654d6b31L;
    private static final int SLOT_BYTES = 4096;
    private static final int SLOTS = 2;
    private static final int RECORD_BYTES = 2 * Long.BYTES + Integer.BYTES;

    private final FileChannel channel;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition written = lock.newCondition();
    private long wanted; // guarded by lock: who comes while one writes is written for by the next
    private long durable; // guarded by lock
    private boolean writing; // guarded by lock
    private long writes; // of the thread that writes

    private SyncedMark(FileChannel channel, long mark) {
        this.channel = channel;
        this.wanted = mark;
        this.durable = mark;
    }

    /** Makes the file, durably but for its name: the caller syncs the directory. */
    static void create(Path file, long mark) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE,
            StandardOpenOption.TRUNCATE_EXISTING)) {
            writeFully(channel, ByteBuffer.allocate(SLOTS * SLOT_BYTES), 0);
            writeFully(channel, record(mark), 0);
            channel.force(true);
        }
    }

    /** Opens the file; empty: it is missing or damaged. */
    static Optional<SyncedMark> open(Path file) throws IOException {
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        OptionalLong mark = greatest(ByteBuffer.wrap(Files.readAllBytes(file)));
        return mark.isEmpty() ? Optional.empty()
            : Optional.of(new SyncedMark(FileChannel.open(file, StandardOpenOption.WRITE), mark.getAsLong()));
    }

    private static OptionalLong greatest(ByteBuffer all) {
        OptionalLong greatest = OptionalLong.empty();
        for (int slot = 0; slot < SLOTS; slot++) {
            if (all.capacity() >= slot * SLOT_BYTES + RECORD_BYTES) {
                ByteBuffer record = all.slice(slot * SLOT_BYTES, RECORD_BYTES);
                long mark = record.getLong(Long.BYTES);
                if (record.equals(record(mark)) && mark >= greatest.orElse(0)) {
                    greatest = OptionalLong.of(mark);
                }
            }
        }
        return greatest;
    }

    private static ByteBuffer record(long mark) {
        ByteBuffer record = ByteBuffer.allocate(RECORD_BYTES).putLong(MAGIC).putLong(mark);
        CRC32C crc = new CRC32C();
        crc.update(record.array(), 0, 2 * Long.BYTES);
        return record.putInt((int) crc.getValue()).flip();
    }

    private static void writeFully(FileChannel channel, ByteBuffer bytes, long position) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes, position + bytes.position());
        }
    }

    /** Returns when the file durably says this or more. */
    void raise(long mark) throws IOException {
        lock.lock();
        try {
            wanted = Math.max(wanted, mark);
            while (durable < mark) {
                if (writing) {
                    written.awaitUninterruptibly();
                } else {
                    writeWanted();
                }
            }
        } finally {
            lock.unlock();
        }
    }

    /** What is durable. */
    long durable() {
        lock.lock();
        try {
            return durable;
        } finally {
            lock.unlock();
        }
    }

    private void writeWanted() throws IOException {
        long target = wanted;
        writing = true;
        lock.unlock();
        boolean done = false;
        try {
            writeFully(channel, record(target), writes++ % SLOTS * SLOT_BYTES);
            channel.force(false);
            done = true;
        } finally {
            lock.lock();
            writing = false;
            if (done) {
                durable = target;
            }
            written.signalAll();
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
