package dev.trine.server.content;

import java.io.IOException;

/** Whoever asked. Used by one thread. */
public interface ContentClient {
    /** Tells what becomes of the request; once, before anything else. */
    void head(Head head) throws IOException;

    /** Sends bytes, which stay with the caller. */
    void data(byte[] bytes, int offset, int length) throws IOException;

    /** Fails if nobody is there any more. */
    void requireThere() throws IOException;
}
