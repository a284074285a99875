package dev.trine.server.replica;

import dev.trine.server.repo.DurableFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;

/** A real disk that fails when it is told to. */
final class FaultyDisk extends DurableFiles {
    private final AtomicLong failedReads = new AtomicLong();
    private volatile boolean readsFail;
    private volatile boolean syncsFail;
    private volatile boolean full;
    private volatile BooleanSupplier onPack = () -> true;

    void failReads(boolean fail) {
        readsFail = fail;
    }

    void failSyncs(boolean fail) {
        syncsFail = fail;
    }

    void fill(boolean isFull) {
        full = isFull;
    }

    /** Asks that before each pack that comes is durable, until it says yes. */
    void beforeEachPack(BooleanSupplier isEnough) {
        onPack = isEnough;
    }

    long failedReads() {
        return failedReads.get();
    }

    @Override
    public int read(Path path, FileChannel channel, ByteBuffer into, long position) throws IOException {
        if (readsFail) {
            failedReads.incrementAndGet();
            throw new IOException("Input/output error");
        }
        return super.read(path, channel, into, position);
    }

    @Override
    public void sync(Path path) throws IOException {
        if (syncsFail) {
            throw new IOException("Input/output error");
        }
        if (path.toString().endsWith(".pack") && onPack.getAsBoolean()) {
            onPack = () -> true;
        }
        super.sync(path);
    }

    @Override
    public long usableBytes(Path directory) {
        return full ? 10 : super.usableBytes(directory);
    }
}
