package dev.trine.server.rpc;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import java.io.IOException;
import java.util.function.Function;

/**
 * Sends chunks as messages of the call.
 *
 * @param <T> the messages
 */
final class CallWay<T> implements ChunkOutput.Way {
    private final Outbox<T> outbox;
    private final Function<ByteString, T> message;

    /** Sends them as those messages. */
    CallWay(Outbox<T> outbox, Function<ByteString, T> message) {
        this.outbox = outbox;
        this.message = message;
    }

    /** A large array then belongs to the message; a small chunk is copied: little answers are to cost little memory. */
    @Override
    public boolean send(byte[] chunk, int end) throws IOException {
        int length = end - ChunkOutput.HEADER_BYTES;
        boolean copied = length <= ChunkOutput.BYTES_MAX / 2;
        outbox.send(message.apply(copied ? ByteString.copyFrom(chunk, ChunkOutput.HEADER_BYTES, length)
            : UnsafeByteOperations.unsafeWrap(chunk, ChunkOutput.HEADER_BYTES, length)));
        return copied;
    }

    @Override
    public void requireClient() throws IOException {
        outbox.requireClient();
    }
}
