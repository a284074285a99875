package dev.trine.server.upload;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Objects;

/** Cuts a pack into blocks. Flushing does nothing: a block that is not full can only be the last one. */
final class BlockOutput extends OutputStream {
    private final Blocks blocks;
    private final byte[] packet = new byte[PackClient.HEADER_BYTES + CachedFile.BLOCK_BYTES];
    private int end = PackClient.HEADER_BYTES;

    BlockOutput(Blocks blocks) {
        this.blocks = blocks;
    }

    /** Takes blocks in order. */
    interface Blocks {
        /** Takes a block, which has room for a packet's header before it; the array stays with the caller. */
        void take(byte[] packet, int offset, int length) throws IOException;
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, bytes.length);
        int done = 0;
        while (done < length) {
            if (end == packet.length) {
                pass();
            }
            int part = Math.min(length - done, packet.length - end);
            System.arraycopy(bytes, offset + done, packet, end, part);
            end += part;
            done += part;
        }
    }

    private void pass() throws IOException {
        blocks.take(packet, PackClient.HEADER_BYTES, end - PackClient.HEADER_BYTES);
        end = PackClient.HEADER_BYTES;
    }

    /** Passes the last block on. */
    void finish() throws IOException {
        if (end > PackClient.HEADER_BYTES) {
            pass();
        }
    }
}
