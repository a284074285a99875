package dev.trine.server.repo;

import dev.trine.common.model.PackName;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.eclipse.jgit.lib.Constants;

/**
 * One of a pack's files, read block by block: a block is handed out only after its checksum was compared, or after the
 * whole file was. Used by one thread.
 */
final class VerifiedFile implements AutoCloseable {
    /** Length of a SHA-1 in bytes. */
    static final int CHECKSUM_BYTES = 20;

    private final Path path;
    private final PackPart part;
    private final PackName name;
    private final Disk disk;
    private final FileChannel channel;

    private VerifiedFile(Path path, PackPart part, PackName name, Disk disk, FileChannel channel) {
        this.path = path;
        this.part = part;
        this.name = name;
        this.disk = disk;
        this.channel = channel;
    }

    /** Told how much was read, so that it can be slow. */
    @FunctionalInterface
    interface Pace {
        /** As fast as the disk. */
        Pace FULL = bytes -> { };

        /** So many bytes were read. */
        void read(int bytes) throws IOException;
    }

    /** Opens the file; fails with {@link java.nio.file.NoSuchFileException} if it is not there. */
    static VerifiedFile open(Path path, PackPart part, PackName name, Disk disk) throws IOException {
        return new VerifiedFile(path, part, name, disk, FileChannel.open(path, StandardOpenOption.READ));
    }

    long bytes() throws IOException {
        return channel.size();
    }

    boolean isOpen() {
        return channel.isOpen();
    }

    /**
     * Reads the whole file.
     *
     * @return the sums of its blocks
     * @throws CorruptFileException its checksum does not match, or it belongs to another pack
     */
    BlockSums verify(Pace pace) throws IOException {
        long bytes = channel.size();
        if (bytes < 2L * CHECKSUM_BYTES - 8) {
            throw new CorruptFileException("is only " + bytes + " bytes long");
        }
        MessageDigest sha1 = Constants.newMessageDigest();
        BlockSums.Builder sums = new BlockSums.Builder(bytes);
        ByteBuffer block = ByteBuffer.allocate(BlockSums.BLOCK_BYTES);
        for (long at = 0; at < bytes; at += BlockSums.BLOCK_BYTES) {
            readFully(block, at, (int) Math.min(BlockSums.BLOCK_BYTES, bytes - at));
            sums.add(block.array(), 0, block.limit());
            int hashed = (int) Math.max(0, Math.min(block.limit(), bytes - CHECKSUM_BYTES - at));
            sha1.update(block.array(), 0, hashed);
            pace.read(block.limit());
        }
        if (!MessageDigest.isEqual(sha1.digest(), at(bytes - CHECKSUM_BYTES))) {
            throw new CorruptFileException("does not match its checksum");
        }
        checkName(bytes);
        return sums.build();
    }

    /** The sums of the blocks as they are now, of a file whose checksum was compared while it was written. */
    BlockSums sum() throws IOException {
        long bytes = channel.size();
        BlockSums.Builder sums = new BlockSums.Builder(bytes);
        ByteBuffer block = ByteBuffer.allocate(BlockSums.BLOCK_BYTES);
        for (long at = 0; at < bytes; at += BlockSums.BLOCK_BYTES) {
            readFully(block, at, (int) Math.min(BlockSums.BLOCK_BYTES, bytes - at));
            sums.add(block.array(), 0, block.limit());
        }
        return sums.build();
    }

    /** Whether it has the pack's name where it should: it is not cut short, and not another pack's. */
    void checkName(long bytes) throws IOException {
        byte[] found = at(part.nameAt(bytes));
        if (!HexFormat.of().formatHex(found).equals(name.hex())) {
            throw new CorruptFileException("does not name the pack where it should");
        }
    }

    /** Reads a block without a look at its sum; the buffer is flipped. */
    void read(int block, int length, ByteBuffer into) throws IOException {
        readFully(into, (long) block * BlockSums.BLOCK_BYTES, length);
    }

    private byte[] at(long position) throws IOException {
        if (position < 0) {
            throw new CorruptFileException("is cut short");
        }
        ByteBuffer twenty = ByteBuffer.allocate(CHECKSUM_BYTES);
        readFully(twenty, position, CHECKSUM_BYTES);
        return twenty.array();
    }

    private void readFully(ByteBuffer into, long position, int length) throws IOException {
        into.clear().limit(length);
        while (into.hasRemaining()) {
            if (disk.read(path, channel, into, position + into.position()) < 0) {
                throw new EOFException("ends before byte " + (position + length));
            }
        }
        into.flip();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
