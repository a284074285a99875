package dev.trine.server.repo;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * Checksums of a file's blocks, so that any part of it can be verified when it is read, before anybody sees it.
 *
 * @param bytes  length of the file
 * @param blocks CRC-32C of each block, the last one shorter
 */
record BlockSums(long bytes, int[] blocks) {
    /** Size of a block. */
    static final int BLOCK_BYTES = 64 << 10;

    /** Number of blocks of a file of that length. */
    static int count(long bytes) {
        return Math.toIntExact((bytes + BLOCK_BYTES - 1) / BLOCK_BYTES);
    }

    /** Whether that block holds these bytes, from the buffer's position to its limit; the position stays. */
    boolean matches(int block, ByteBuffer content) {
        return crc(content) == blocks[block];
    }

    /** Length of a block in bytes. */
    int length(int block) {
        return (int) Math.min(BLOCK_BYTES, bytes - (long) block * BLOCK_BYTES);
    }

    private static int crc(ByteBuffer content) {
        CRC32C crc = new CRC32C();
        crc.update(content.duplicate());
        return (int) crc.getValue();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof BlockSums sums && bytes == sums.bytes && Arrays.equals(blocks, sums.blocks);
    }

    @Override
    public int hashCode() {
        return 31 * Long.hashCode(bytes) + Arrays.hashCode(blocks);
    }

    /** Makes the checksums of a file from its bytes in order, in pieces of any length. */
    static final class Builder {
        private final long bytes;
        private final int[] blocks;
        private final CRC32C crc = new CRC32C();
        private int next;
        private int inBlock;

        Builder(long bytes) {
            this.bytes = bytes;
            this.blocks = new int[count(bytes)];
        }

        /** The bytes that follow. */
        void add(byte[] from, int offset, int length) {
            int at = offset;
            while (at < offset + length) {
                int some = Math.min(offset + length - at, BLOCK_BYTES - inBlock);
                crc.update(from, at, some);
                at += some;
                inBlock += some;
                if (inBlock == BLOCK_BYTES) {
                    endBlock();
                }
            }
        }

        private void endBlock() {
            blocks[next++] = (int) crc.getValue();
            crc.reset();
            inBlock = 0;
        }

        /** To be asked once, after the last byte. */
        BlockSums build() {
            if (inBlock > 0) {
                endBlock();
            }
            if (next != blocks.length) {
                throw new IllegalStateException(next + " of " + blocks.length + " blocks were read");
            }
            return new BlockSums(bytes, blocks);
        }
    }
}
