package dev.trine.server.replica;

import dev.trine.server.repo.DurableFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;

/** A real disk that fails when it is told to. */
final class FaultyDisk extends DurableFiles {
    private final AtomicLong failedReads = new AtomicLong();
    private volatile boolean readsFail;
    private volatile boolean syncsFail;
    private volatile boolean full;

    void failReads(boolean fail) {
        readsFail = fail;
    }

    void failSyncs(boolean fail) {
        syncsFail = fail;
    }

    void fill(boolean isFull) {
        full = isFull;
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
        super.sync(path);
    }

    @Override
    public long usableBytes(Path directory) {
        return full ? 10 : super.usableBytes(directory);
    }
}
