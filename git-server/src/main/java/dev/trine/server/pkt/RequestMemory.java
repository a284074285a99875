package dev.trine.server.pkt;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Heap for long requests, all calls of one service together: what a client names is held in memory until it is
 * answered, longer than its turn. Called by many threads.
 */
public final class RequestMemory {
    private static final int HEAP_SHARE = 8;
    /** Beside its bytes: an id's objects in sets, lists and a walk, or those of a command of a push. */
    private static final int LINE_BYTES = 200;

    private final long bytesMax;
    private final AtomicLong taken = new AtomicLong();

    private RequestMemory(long bytesMax) {
        this.bytesMax = bytesMax;
    }

    /** An eighth of a heap of that many bytes. */
    public static RequestMemory in(long heapBytes) {
        return new RequestMemory(heapBytes / HEAP_SHARE);
    }

    /** Takes memory for a line of that many bytes, or refuses it; returns how much it took. */
    long take(int lineBytes) throws OverLimitException {
        long wanted = (long) lineBytes + LINE_BYTES;
        if (taken.addAndGet(wanted) > bytesMax) {
            giveBack(wanted);
            throw new OverLimitException("long requests fill the memory that this server has for them, an eighth of its"
                + " heap; try again in a moment, or name fewer refs at a time");
        }
        return wanted;
    }

    /** Ends what was taken. */
    void giveBack(long bytes) {
        taken.addAndGet(-bytes);
    }
}
