package dev.trine.server.rpc;

import dev.trine.common.bulk.BulkFrame;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.Objects;

/** Bytes to the client, collected into chunks. Flushing sends what there is, and finds out if the client is gone. */
final class ChunkOutput extends OutputStream {
    /** Room for the header of a frame, before each chunk. */
    static final int HEADER_BYTES = BulkFrame.HEADER_BYTES;
    /** Greatest chunk and the room before it: each costs a handful of thread switches on its way, whatever its size. */
    static final int BYTES_MAX = BulkFrame.BYTES_MAX;
    /** Size of the buffer of an answer that has not filled one yet. */
    private static final int BYTES_AT_FIRST = 8 << 10;

    private final Way way;
    private byte[] buffer = new byte[HEADER_BYTES];
    private int count = HEADER_BYTES;
    private boolean large;

    /** A stream whose chunks go that way. */
    ChunkOutput(Way way) {
        this.way = way;
    }

    /** How chunks get to the client. */
    interface Way {
        /**
         * Sends a chunk that lies behind the room for a header, which may be overwritten.
         *
         * @param end where the chunk ends
         * @return whether the array may be used again
         */
        boolean send(byte[] chunk, int end) throws IOException;

        /** Throws if the client is gone. */
        void requireClient() throws IOException;
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
            if (count == buffer.length) {
                makeRoom();
            }
            int part = Math.min(length - done, buffer.length - count);
            System.arraycopy(bytes, offset + done, buffer, count, part);
            count += part;
            done += part;
        }
    }

    @Override
    public void flush() throws IOException {
        if (count == HEADER_BYTES) {
            way.requireClient();
        } else {
            send();
        }
    }

    /** The buffer is full, or there is none: an answer that outgrows a small buffer gets large ones. */
    private void makeRoom() throws IOException {
        if (count == BYTES_MAX) {
            send();
        }
        if (count == buffer.length) {
            buffer = Arrays.copyOf(buffer, count == HEADER_BYTES && !large ? BYTES_AT_FIRST : BYTES_MAX);
            large = buffer.length == BYTES_MAX;
        }
    }

    private void send() throws IOException {
        if (!way.send(buffer, count)) {
            buffer = new byte[HEADER_BYTES];
        }
        count = HEADER_BYTES;
    }
}
