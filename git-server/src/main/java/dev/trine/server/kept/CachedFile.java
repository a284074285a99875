package dev.trine.server.kept;

import dev.trine.server.pkt.SideBand;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.zip.CRC32C;

/**
 * The file of a shared stream: blocks of equal size, the last one shorter, each verified when it is read. One thread
 * appends; others read blocks that they know to have been appended. It is worth nothing after a restart; yet the disk
 * is made to write it, a little at a time: half a minute later the system would write all of it at once, and the sync
 * of a push stand behind it.
 */
public final class CachedFile implements AutoCloseable {
    /** Size of a block: what fits into one packet of the side-band. */
    public static final int BLOCK_BYTES = SideBand.CONTENT_BYTES_MAX;

    private static final long UNWRITTEN_MAX = 8 << 20;

    private final Path path;
    private final FileChannel channel;
    private final Writing writing;
    private final Consumer<IOException> lost;
    private int[] sums = new int[16];
    private int blocks;
    private long bytes;
    private long unwritten;
    private volatile boolean broken;

    private CachedFile(Path path, FileChannel channel, Writing writing, Consumer<IOException> lost) {
        this.path = path;
        this.channel = channel;
        this.writing = writing;
        this.lost = lost;
    }

    /** How the disk is made to write a file. */
    interface Disk {
        void write(FileChannel file) throws IOException;
    }

    /**
     * When it is.
     *
     * @param thread does it
     */
    record Writing(Executor thread, Disk disk) {
    }

    /**
     * Makes an empty one.
     *
     * @param lost is told when the disk could not write: what is read is still looked at, but maybe cannot be read
     */
    static CachedFile create(Path path, Writing writing, Consumer<IOException> lost) throws IOException {
        return new CachedFile(path, FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ,
            StandardOpenOption.WRITE), writing, lost);
    }

    /** Appends a block; after a failure the file is as it was before. */
    void append(byte[] from, int offset, int length) throws IOException {
        ByteBuffer content = ByteBuffer.wrap(from, offset, length);
        long at = bytes;
        while (content.hasRemaining()) {
            at += channel.write(content, at);
        }
        if (blocks == sums.length) {
            sums = Arrays.copyOf(sums, 2 * blocks);
        }
        sums[blocks] = sum(from, offset, length);
        blocks++;
        bytes = at;
        unwritten += length;
        if (unwritten >= UNWRITTEN_MAX && !broken) {
            unwritten = 0;
            writing.thread().execute(this::write);
        }
    }

    private void write() {
        try {
            writing.disk().write(channel);
        } catch (ClosedChannelException e) {
            // nobody needs it any more
        } catch (IOException e) {
            broken = true;
            lost.accept(e);
        }
    }

    /**
     * Reads a block.
     *
     * @param length its length
     */
    void read(int block, byte[] into, int offset, int length) throws IOException {
        ByteBuffer content = ByteBuffer.wrap(into, offset, length);
        long at = (long) block * BLOCK_BYTES;
        while (content.hasRemaining()) {
            int count = channel.read(content, at);
            if (count < 0) {
                throw new EOFException(path + " ends at byte " + at);
            }
            at += count;
        }
        if (sum(into, offset, length) != sums[block]) {
            throw new IOException(path + " is not what was written, in block " + block);
        }
    }

    private static int sum(byte[] bytes, int offset, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, offset, length);
        return (int) crc.getValue();
    }

    /** Closes and removes it. */
    @Override
    public void close() throws IOException {
        try {
            channel.close();
        } finally {
            Files.deleteIfExists(path);
        }
    }
}
