package dev.trine.server.repo;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.eclipse.jgit.internal.storage.dfs.ReadableChannel;

/** One of a pack's files as JGit and others read it, each block verified before it is handed out. One thread. */
final class VerifiedChannel implements ReadableChannel {
    private static final int NONE = -1;

    private final PackReads reads;
    private final PackReads.Source source;
    private final VerifiedFile file;
    private final long bytes;
    private ByteBuffer block = ByteBuffer.allocate(0);
    private int current = NONE;
    private long position;

    /** Takes over the file. */
    VerifiedChannel(PackReads reads, PackReads.Source source, VerifiedFile file) throws IOException {
        this.reads = reads;
        this.source = source;
        this.file = file;
        this.bytes = file.bytes();
    }

    @Override
    public int read(ByteBuffer into) throws IOException {
        if (position >= bytes) {
            return -1;
        }
        int wanted = (int) (position / BlockSums.BLOCK_BYTES);
        if (wanted != current) {
            load(wanted);
        }
        int from = (int) (position % BlockSums.BLOCK_BYTES);
        int length = Math.min(into.remaining(), block.limit() - from);
        into.put(block.array(), from, length);
        position += length;
        return length;
    }

    private void load(int wanted) throws IOException {
        BlockSums sums = reads.sums(source, file);
        if (block.capacity() == 0) {
            block = ByteBuffer.allocate(BlockSums.BLOCK_BYTES);
        }
        current = NONE;
        reads.read(source, file, sums, wanted, block);
        current = wanted;
    }

    @Override
    public long position() {
        return position;
    }

    @Override
    public void position(long newPosition) {
        position = newPosition;
    }

    @Override
    public long size() {
        return bytes;
    }

    @Override
    public int blockSize() {
        return 0; // whatever suits the block cache
    }

    @Override
    public void setReadAheadBytes(int bytesAhead) {
        // the kernel reads ahead
    }

    @Override
    public boolean isOpen() {
        return file.isOpen();
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
