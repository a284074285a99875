package dev.trine.server.replica;

import dev.trine.proto.PackChunk;
import dev.trine.server.repo.PackCopy;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * Ranges of a pack's files on their way here: while one is written, the next ones come already. Their bytes are handed
 * out in order, as they arrive. Used by one thread; closing ends what is under way.
 */
final class RangesAhead implements AutoCloseable {
    /** So many ranges are under way, or wait in memory to be written. */
    static final int AHEAD = 3;

    private final Iterator<Range> wanted;
    private final Fetch fetch;
    private final Deque<Coming> coming = new ArrayDeque<>();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    /** Some bytes of a file. */
    record Range(PackCopy.Part part, long offset, long length) {
    }

    /** Gets the bytes of one range. Called by several threads. */
    @FunctionalInterface
    interface Fetch {
        /** Hands over what comes, in order, and returns after the last of it. */
        void run(Range range, PeerStreams.Receiver<PackChunk> to)
            throws IOException, InterruptedException, PeerUnavailableException, CorruptPackException;
    }

    /** Takes what has come. */
    @FunctionalInterface
    interface Taker {
        /** Takes the bytes of a file that follow those taken before. */
        void take(PackCopy.Part part, byte[] bytes) throws IOException, PeerUnavailableException;
    }

    /** Asks for nothing yet. */
    RangesAhead(Iterator<Range> wanted, Fetch fetch) {
        this.wanted = wanted;
        this.fetch = fetch;
    }

    /** One range: filled by a thread of its own, emptied by the one that writes. */
    private static final class Coming implements PeerStreams.Receiver<PackChunk> {
        private final Range range;
        /** What has come; the last one is empty. Never more bytes than the range has. */
        private final BlockingQueue<Optional<byte[]>> arrived = new LinkedBlockingQueue<>();
        private long left;
        private volatile Optional<Exception> failure = Optional.empty();

        Coming(Range range) {
            this.range = range;
            this.left = range.length();
        }

        void fetch(Fetch fetch) {
            try {
                fetch.run(range, this);
                if (left > 0) {
                    throw new CorruptPackException("a range of a pack came with fewer bytes than asked for");
                }
            } catch (IOException | InterruptedException | PeerUnavailableException | CorruptPackException
                     | RuntimeException e) {
                failure = Optional.of(e);
            } finally {
                arrived.add(Optional.empty());
            }
        }

        @Override
        public void take(PackChunk chunk) throws CorruptPackException {
            byte[] bytes = chunk.getData().toByteArray();
            if (bytes.length > left) {
                throw new CorruptPackException("a range of a pack came with more bytes than asked for");
            }
            left -= bytes.length;
            arrived.add(Optional.of(bytes));
        }
    }

    /** Hands over everything; what came of a range that failed, too, before it says so. */
    void takeAll(Taker taker)
        throws IOException, InterruptedException, PeerUnavailableException, CorruptPackException {
        askForMore();
        while (!coming.isEmpty()) {
            Coming first = coming.removeFirst();
            Optional<byte[]> bytes = first.arrived.take();
            while (bytes.isPresent()) {
                taker.take(first.range.part(), bytes.get());
                bytes = first.arrived.take();
            }
            if (first.failure.isPresent()) {
                raise(first.failure.get());
            }
            askForMore();
        }
    }

    private void askForMore() {
        while (coming.size() < AHEAD && wanted.hasNext()) {
            Coming next = new Coming(wanted.next());
            coming.add(next);
            threads.execute(() -> next.fetch(fetch));
        }
    }

    private static void raise(Exception failure)
        throws IOException, InterruptedException, PeerUnavailableException, CorruptPackException {
        switch (failure) {
            case IOException e -> throw e;
            case InterruptedException e -> throw e;
            case PeerUnavailableException e -> throw e;
            case CorruptPackException e -> throw e;
            case RuntimeException e -> throw e;
            default -> throw new IllegalStateException("fetching a range failed", failure);
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
        threads.close();
    }
}
