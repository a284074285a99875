package dev.trine.http;

import org.eclipse.jetty.client.Request;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.io.Content;

/** A client's request body on its way to an upstream, as it comes: read only as fast as the upstream takes it. */
final class UpstreamBody implements Request.Content {
    private final org.eclipse.jetty.server.Request from;
    private final Pace pace;
    private volatile boolean begun;
    private volatile boolean broken;
    private volatile long bytes; // written by one thread at a time

    UpstreamBody(org.eclipse.jetty.server.Request from, Pace pace) {
        this.pace = pace;
        this.from = from;
    }

    /** Headers of the request that it belongs to. */
    HttpFields headers() {
        return from.getHeaders();
    }

    /** Whether any of it was asked for. */
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

    @Override
    public Content.Chunk read() {
        begun = true;
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
}
