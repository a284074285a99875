package dev.trine.server.rpc;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.trine.proto.GitResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.Objects;
import java.util.function.Function;

/** Bytes to the client, collected into chunks. Flushing sends what there is, and finds out if the client is gone. */
final class ChunkOutput extends OutputStream {
    /** Greatest chunk: each costs a handful of thread switches on its way, whatever its size. */
    private static final int BYTES_MAX = 128 << 10;
    /** Size of the buffer of an answer that has not filled one yet. */
    private static final int BYTES_AT_FIRST = 8 << 10;

    private final Outbox outbox;
    private final Function<ByteString, GitResponse> message;
    private byte[] buffer = new byte[0];
    private int count;
    private boolean large;

    /** A stream whose chunks are sent as those messages. */
    ChunkOutput(Outbox outbox, Function<ByteString, GitResponse> message) {
        this.outbox = outbox;
        this.message = message;
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
        if (count == 0) {
            outbox.requireClient();
        } else {
            send();
        }
    }

    /** The buffer is full, or there is none: an answer that outgrows a small buffer gets large ones. */
    private void makeRoom() throws IOException {
        if (count == BYTES_MAX) {
            send();
        }
        buffer = Arrays.copyOf(buffer, count == 0 && !large ? BYTES_AT_FIRST : BYTES_MAX);
        large = buffer.length == BYTES_MAX;
    }

    /** A sent buffer belongs to the message; a small one is copied, so that little answers cost little memory. */
    private void send() throws IOException {
        ByteString chunk;
        if (count > BYTES_MAX / 2) {
            chunk = UnsafeByteOperations.unsafeWrap(buffer, 0, count);
            buffer = new byte[0];
        } else {
            chunk = ByteString.copyFrom(buffer, 0, count);
        }
        count = 0;
        outbox.send(message.apply(chunk));
    }
}
