package dev.trine.server.content;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/** Somebody else's stream: closing it does nothing, and neither does flushing. */
final class NeverClosed extends FilterOutputStream {
    NeverClosed(OutputStream out) {
        super(out);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        out.write(bytes, offset, length);
    }

    @Override
    public void flush() {
        // blocks are passed on when they are full
    }

    @Override
    public void close() {
        // its owner does
    }
}
