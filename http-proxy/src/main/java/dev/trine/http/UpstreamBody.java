package dev.trine.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.util.concurrent.CountDownLatch;
import org.eclipse.jetty.client.Request;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.io.Content;
import org.jspecify.annotations.Nullable;

/** A client's request body on its way to an upstream, as it comes: read only as fast as the upstream takes it. */
final class UpstreamBody implements Request.Content {
    /** More than all commands of a push can be, as it comes. */
    private static final int KEPT_BYTES_MAX = 2 * PushCommands.BYTES_MAX;

    private final org.eclipse.jetty.server.Request from;
    private final Pace pace;
    private volatile boolean begun;
    private volatile boolean broken;
    private volatile long bytes; // written by one thread at a time
    private volatile @Nullable Beginning beginning;

    UpstreamBody(org.eclipse.jetty.server.Request from, Pace pace) {
        this.pace = pace;
        this.from = from;
    }

    /** Headers of the request that it belongs to. */
    HttpFields headers() {
        return from.getHeaders();
    }

    /** Whether any of it was asked for to be sent. */
    boolean isBegun() {
        return begun;
    }

    /** How much of it was read. */
    long bytes() {
        return bytes;
    }

    /** Whether the client went away, or silent, before its end. */
    boolean isBroken() {
        return broken;
    }

    @Override
    public long getLength() {
        return from.getLength();
    }

    /** Its beginning, to be looked at before any of it is sent; what is read there is kept, and sent all the same. */
    InputStream beginning() {
        Beginning made = new Beginning();
        beginning = made;
        return made;
    }

    @Override
    public Content.Chunk read() {
        begun = true;
        Beginning kept = beginning;
        beginning = null;
        return kept == null ? received() : kept.chunk();
    }

    private Content.Chunk received() {
        Content.Chunk chunk = from.read();
        broken |= Content.Chunk.isFailure(chunk, true);
        if (chunk != null) {
            bytes += chunk.remaining();
            pace.waits();
            pace.moved(chunk.remaining());
        }
        return chunk;
    }

    @Override
    public void demand(Runnable ready) {
        begun = true;
        if (beginning == null) {
            demandMore(ready);
        } else {
            ready.run();
        }
    }

    private void demandMore(Runnable ready) {
        pace.waits();
        from.demand(() -> {
            pace.moved(0);
            ready.run();
        });
    }

    /** The upstream takes no more; the answer can still be written, so the client's request does not fail with it. */
    @Override
    public void fail(Throwable why) {
        // see above
    }

    @Override
    public boolean rewind() {
        return false;
    }

    /** What is read of the body's beginning, and kept. Used by the request's thread, before anything is sent. */
    private final class Beginning extends InputStream {
        private final ByteArrayOutputStream kept = new ByteArrayOutputStream();
        private ByteBuffer unread = ByteBuffer.allocate(0);
        private boolean last;

        /** All of it. */
        Content.Chunk chunk() {
            return Content.Chunk.from(ByteBuffer.wrap(kept.toByteArray()), last);
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            while (!unread.hasRemaining() && !last) {
                take(await());
            }
            int n = Math.min(length, unread.remaining());
            unread.get(buffer, offset, n);
            return n == 0 && length > 0 ? -1 : n;
        }

        private void take(Content.Chunk chunk) throws IOException {
            if (Content.Chunk.isFailure(chunk)) {
                throw new IOException("the client broke off while it sent its request", chunk.getFailure());
            }
            if (kept.size() + chunk.remaining() > KEPT_BYTES_MAX) {
                chunk.release();
                throw PushCommands.tooMany();
            }
            byte[] bytesOfIt = new byte[chunk.remaining()];
            chunk.getByteBuffer().get(bytesOfIt);
            last = chunk.isLast();
            chunk.release();
            kept.writeBytes(bytesOfIt);
            unread = ByteBuffer.wrap(bytesOfIt);
        }

        private Content.Chunk await() throws IOException {
            try {
                for (Content.Chunk chunk = received();; chunk = received()) {
                    if (chunk != null) {
                        return chunk;
                    }
                    CountDownLatch ready = new CountDownLatch(1);
                    demandMore(ready::countDown);
                    ready.await();
                }
            } catch (InterruptedException e) {
                throw new InterruptedIOException("the exchange was broken off");
            }
        }
    }
}
