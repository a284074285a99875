package dev.trine.server.repo;

import static org.eclipse.jgit.lib.Constants.OBJECT_ID_LENGTH;

import java.io.IOException;
import java.io.OutputStream;
import java.security.MessageDigest;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;

/** Passes a pack file on and knows, in the end, whether its last 20 bytes are the SHA-1 of all before them. */
final class TrailerOutputStream extends OutputStream {
    private final OutputStream out;
    private final MessageDigest digest = Constants.newMessageDigest();
    private final byte[] tail = new byte[OBJECT_ID_LENGTH];
    private int tailLength;
    private long count;

    TrailerOutputStream(OutputStream out) {
        this.out = out;
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        out.write(bytes, offset, length);
        count += length;
        if (length >= tail.length) {
            digest.update(tail, 0, tailLength);
            digest.update(bytes, offset, length - tail.length);
            System.arraycopy(bytes, offset + length - tail.length, tail, 0, tail.length);
            tailLength = tail.length;
        } else {
            int spill = Math.max(0, tailLength + length - tail.length);
            digest.update(tail, 0, spill);
            System.arraycopy(tail, spill, tail, 0, tailLength - spill);
            System.arraycopy(bytes, offset, tail, tailLength - spill, length);
            tailLength += length - spill;
        }
    }

    /** Bytes written. */
    long count() {
        return count;
    }

    /** The last 20 bytes; to be asked once at least as many were written. */
    ObjectId trailer() {
        return ObjectId.fromRaw(tail);
    }

    /** To be asked once, after the last byte. */
    boolean trailerMatches() {
        return tailLength == tail.length && MessageDigest.isEqual(digest.digest(), tail);
    }

    @Override
    public void flush() throws IOException {
        out.flush();
    }

    @Override
    public void close() throws IOException {
        out.close();
    }
}
