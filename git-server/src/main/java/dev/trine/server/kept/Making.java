package dev.trine.server.kept;

import dev.trine.common.lifecycle.OwnThread;
import dev.trine.server.pkt.ProtocolErrorException;
import java.io.IOException;
import java.util.concurrent.ThreadFactory;

/**
 * The thread that makes a stream, at its own pace: the client whose call began it may be slow, or leave. However it
 * ends, the stream is then whole or has failed. That call closes this, after its reading: the thread works with what
 * belongs to the call.
 */
public final class Making implements AutoCloseable {
    private final Thread thread;

    private Making(Thread thread) {
        this.thread = thread;
    }

    /** Makes a stream. */
    @FunctionalInterface
    public interface Maker {
        /** Appends all blocks; returns one line of statistics for the clients' users. */
        String make() throws IOException, ProtocolErrorException;
    }

    /** Begins to make a stream. */
    public static Making start(String name, SharedStream stream, Maker maker) {
        return start(OwnThread.behindOthers(name), stream, maker);
    }

    /** As {@link #start(String, SharedStream, Maker)}, in a thread of that factory. */
    static Making start(ThreadFactory threads, SharedStream stream, Maker maker) {
        Thread thread = threads.newThread(() -> run(stream, maker));
        try {
            thread.start();
        } catch (Error e) { // the machine has no more threads: whoever joined by now would wait for ever
            stream.failed(e);
            throw e;
        }
        return new Making(thread);
    }

    private static void run(SharedStream stream, Maker maker) {
        try {
            stream.whole(maker.make());
        } catch (IOException | ProtocolErrorException | RuntimeException | Error e) {
            stream.failed(e); // whoever reads it, tells it
        }
    }

    /** Waits for its end, however long it takes. */
    @Override
    public void close() {
        OwnThread.awaitEnd(thread);
    }
}
