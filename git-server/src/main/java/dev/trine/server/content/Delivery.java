package dev.trine.server.content;

import dev.trine.common.lifecycle.OwnThread;
import dev.trine.server.admission.Claimant;
import dev.trine.server.admission.Turn;
import dev.trine.server.admission.Turns;
import dev.trine.server.admission.Waiting;
import dev.trine.server.kept.BlockOutput;
import dev.trine.server.kept.CachedFile;
import dev.trine.server.kept.Making;
import dev.trine.server.kept.SharedStream;
import dev.trine.server.kept.StreamCache;
import dev.trine.server.pkt.OverLimitException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Sends what costs much to make: made once, in a turn, for all who ask for the same, and read from the cache by each as
 * fast as its client takes it. Used for one call.
 */
final class Delivery {
    /** More than this is moved in a thread of its own: by then it hardly ever waits. */
    private static final long LARGE_BYTES = 1 << 20;

    private final StreamCache cache;
    private final Turns turns;
    private final Claimant who;
    private final ContentClient client;

    Delivery(StreamCache cache, Turns turns, Claimant who, ContentClient client) {
        this.cache = cache;
        this.turns = turns;
        this.who = who;
        this.client = client;
    }

    /** Makes all the bytes. */
    interface Maker {
        /** Writes them, and does not close the stream; what takes long without writing looks whether anybody waits. */
        void make(OutputStream out, Presence clients) throws IOException;
    }

    /** Decides on the head when the first bytes are there, or it is known that there are none. */
    interface HeadOf {
        /**
         * The head.
         *
         * @param size how many bytes there are; empty: not known yet
         */
        Head.Found head(OptionalLong size) throws IOException;
    }

    /**
     * Sends head and bytes.
     *
     * @param key what is made, with the repository that it is from
     */
    void send(Object key, Maker maker, HeadOf head) throws IOException, OverLimitException {
        long begun = turns.now();
        while (true) {
            switch (cache.take(key)) {
                case StreamCache.Taken.Alone alone -> throw new IllegalStateException("nobody asked to be alone");
                case StreamCache.Taken.ToMake made -> {
                    make(made.stream(), made.reading(), maker, head);
                    return;
                }
                case StreamCache.Taken.Made made -> {
                    Optional<OverLimitException> none = join(made.stream(), made.reading(), head);
                    if (none.isEmpty()) {
                        return;
                    }
                    if (turns.isTooLong(begun)) {
                        throw none.get();
                    }
                }
            }
        }
    }

    /** How many bytes it has, if it has been made and is still kept. */
    OptionalLong keptLength(Object key) {
        Optional<SharedStream.Reading> kept = cache.find(key);
        if (kept.isEmpty()) {
            return OptionalLong.empty();
        }
        try (SharedStream.Reading reading = kept.get()) {
            return reading.length();
        }
    }

    /** Another thread makes it, from this call's view. */
    private void make(SharedStream shared, SharedStream.Reading opened, Maker maker, HeadOf head)
        throws IOException, OverLimitException {
        try (Making making = Making.start("content-maker", shared, () -> make(shared, maker));
             SharedStream.Reading reading = opened) {
            copy(reading, head, () -> { });
        } catch (SharedStream.FailedException e) {
            throw told(e);
        }
    }

    private String make(SharedStream shared, Maker maker) throws IOException, OverLimitException {
        try (Turn turn = turns.await(who, shared, waiting(shared))) {
            BlockOutput blocks = new BlockOutput((packet, offset, length) ->
                shared.append(packet, offset, length, turn::close));
            maker.make(blocks, shared::requireReaders);
            blocks.finish();
            return "";
        }
    }

    /** Reads what somebody else makes; not empty: he got no turn, which need not be so for this client. */
    private Optional<OverLimitException> join(SharedStream shared, SharedStream.Reading opened, HeadOf head)
        throws IOException {
        try (SharedStream.Reading reading = opened) {
            turns.claim(shared, who);
            copy(reading, head, () -> turns.claim(shared, who));
            return Optional.empty();
        } catch (SharedStream.FailedException e) {
            if (e.getCause() instanceof OverLimitException none && opened.taken() == 0) {
                return Optional.of(none);
            }
            throw e.getCause() instanceof NotServedException why ? why : e;
        }
    }

    private static IOException told(SharedStream.FailedException e) throws OverLimitException {
        if (e.getCause() instanceof OverLimitException none) {
            throw none;
        }
        return e.getCause() instanceof NotServedException why ? why : e;
    }

    private void copy(SharedStream.Reading reading, HeadOf head, Runnable whileNothingComes) throws IOException {
        byte[] block = new byte[CachedFile.BLOCK_BYTES];
        int length = reading.next(block, 0);
        while (length == 0) {
            whileNothingComes.run();
            client.requireThere();
            length = reading.next(block, 0);
        }
        OptionalLong size = reading.length();
        Head.Found found = head.head(size);
        client.head(found);
        Copying copying = new Copying(reading, block, length, found.part());
        if (size.isPresent() && copying.first >= CachedFile.BLOCK_BYTES) {
            copying.seek();
        }
        if (!copying.run(LARGE_BYTES)) {
            inOwnThread(copying);
        }
    }

    private static void inOwnThread(Copying copying) throws IOException {
        try {
            OwnThread.run("content-copy", () -> copying.run(Long.MAX_VALUE));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("ended while content was sent");
        }
    }

    /** Sends what is read, or a part of it. Used by one thread at a time. */
    private final class Copying {
        private final SharedStream.Reading reading;
        private final byte[] block;
        private final long first;
        private final long end;
        private int length;
        private long at;

        Copying(SharedStream.Reading reading, byte[] block, int length, Optional<Span> part) {
            this.reading = reading;
            this.block = block;
            this.length = length;
            this.first = part.map(Span::first).orElse(0L);
            this.end = part.map(each -> each.last() + 1).orElse(Long.MAX_VALUE);
        }

        /** Leaves out the blocks before the part. */
        void seek() throws IOException {
            reading.seek((int) (first / CachedFile.BLOCK_BYTES));
            at = first - first % CachedFile.BLOCK_BYTES;
            length = reading.next(block, 0);
        }

        /** Goes on, until about so many bytes have passed; returns whether that was all. */
        boolean run(long bytesMax) throws IOException {
            long passed = 0;
            while (length >= 0 && at < end && passed < bytesMax) {
                int from = Math.clamp(first - at, 0, length);
                int to = (int) Math.min(length, end - at);
                if (to > from) {
                    client.data(block, from, to - from);
                } else {
                    client.requireThere();
                }
                at += length;
                passed += length;
                length = at < end ? reading.next(block, 0) : -1;
            }
            return length < 0;
        }
    }

    private static Waiting waiting(SharedStream shared) {
        return new Waiting() {
            @Override
            public void told(String text) throws IOException {
                shared.requireReaders();
            }

            @Override
            public void over(String text) {
                // an answer can only begin with its head
            }

            @Override
            public void alive() throws IOException {
                shared.requireReaders();
            }
        };
    }
}
