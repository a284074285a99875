package dev.trine.server.kept;

import dev.trine.server.pkt.SideBand;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Objects;

/** Cuts a stream into blocks. Flushing does nothing: a block that is not full can only be the last one. */
public final class BlockOutput extends OutputStream {
    /** Room in front of a block, for the header of a packet of the side-band. */
    public static final int HEADER_BYTES = SideBand.HEADER_BYTES;

    private final Blocks blocks;
    private final byte[] packet = new byte[HEADER_BYTES + CachedFile.BLOCK_BYTES];
    private int end = HEADER_BYTES;

    /** Blocks go there. */
    public BlockOutput(Blocks blocks) {
        this.blocks = blocks;
    }

    /** Takes blocks in order. */
    public interface Blocks {
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
        blocks.take(packet, HEADER_BYTES, end - HEADER_BYTES);
        end = HEADER_BYTES;
    }

    /** Passes the last block on. */
    public void finish() throws IOException {
        if (end > HEADER_BYTES) {
            pass();
        }
    }
}
