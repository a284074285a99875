package dev.trine.server.repo;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import org.eclipse.jgit.lib.Constants;

/** Numbers and bytes read one after the other, many of them, with the SHA-1 of all that were read. */
final class DigestedInput {
    private static final int BUFFER_BYTES = 1 << 16;

    private final InputStream in;
    private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES).limit(0);
    private final MessageDigest sha1 = Constants.newMessageDigest();
    private int hashed; // bytes of the buffer

    /** Reads from a stream, which is the caller's. */
    DigestedInput(InputStream in) {
        this.in = in;
    }

    int readInt() throws IOException {
        need(Integer.BYTES);
        return buffer.getInt();
    }

    long readLong() throws IOException {
        need(Long.BYTES);
        return buffer.getLong();
    }

    /** Fills a few bytes. */
    void readFully(byte[] into) throws IOException {
        need(into.length);
        buffer.get(into);
    }

    /** The SHA-1 of all that was read before; to be asked once. */
    byte[] digest() {
        hash();
        return sha1.digest();
    }

    boolean isAtEnd() throws IOException {
        return !buffer.hasRemaining() && in.read() < 0;
    }

    private void need(int bytes) throws IOException {
        if (buffer.remaining() < bytes) {
            hash();
            buffer.compact();
            hashed = 0;
            while (buffer.position() < bytes) {
                int some = in.read(buffer.array(), buffer.position(), buffer.remaining());
                if (some < 0) {
                    throw new EOFException("ends too early");
                }
                buffer.position(buffer.position() + some);
            }
            buffer.flip();
        }
    }

    private void hash() {
        sha1.update(buffer.array(), hashed, buffer.position() - hashed);
        hashed = buffer.position();
    }
}
