package dev.trine.server.replica;

import java.util.concurrent.atomic.AtomicLong;

/** What catching up has done on this node since it started. Called by many threads. */
public final class CatchUpCounters {
    private final AtomicLong begun = new AtomicLong();
    private final AtomicLong joined = new AtomicLong();
    private final AtomicLong skipped = new AtomicLong();
    private final AtomicLong pulled = new AtomicLong();
    private final AtomicLong bytesCopied = new AtomicLong();
    private final AtomicLong bytesResumed = new AtomicLong();
    private final AtomicLong filesCopied = new AtomicLong();
    private final AtomicLong filesResumed = new AtomicLong();

    /**
     * The counts at one moment.
     *
     * @param begun        looks at a repository that were begun
     * @param joined       requests for a look, or for an object transfer, that joined one under way or waiting
     * @param skipped      looks that found everything true already: nothing was moved
     * @param pulled       states of peers that were taken over
     * @param bytesCopied  bytes of packs that came from peers for that
     * @param bytesResumed bytes that an interrupted copy had left here, and that did not come again
     * @param filesCopied  files of packs that were copied as they are
     * @param filesResumed those of them that were begun by an earlier, interrupted copy
     */
    public record Counts(long begun, long joined, long skipped, long pulled, long bytesCopied, long bytesResumed,
                         long filesCopied, long filesResumed) {
    }

    /** The counts now. */
    public Counts now() {
        return new Counts(begun.get(), joined.get(), skipped.get(), pulled.get(), bytesCopied.get(),
            bytesResumed.get(), filesCopied.get(), filesResumed.get());
    }

    void begun() {
        begun.incrementAndGet();
    }

    void joined() {
        joined.incrementAndGet();
    }

    void skipped() {
        skipped.incrementAndGet();
    }

    void pulled() {
        pulled.incrementAndGet();
    }

    void bytesCopied(long bytes) {
        bytesCopied.addAndGet(bytes);
    }

    /** A file was copied whole, of which so many bytes were here before. */
    void fileCopied(long bytesBefore) {
        filesCopied.incrementAndGet();
        if (bytesBefore > 0) {
            filesResumed.incrementAndGet();
            bytesResumed.addAndGet(bytesBefore);
        }
    }
}
