package dev.trine.server.upload;

import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.eclipse.jgit.errors.CorruptObjectException;
import org.eclipse.jgit.internal.storage.dfs.ReadableChannel;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;

/**
 * Reads a pack's entries one after the other, some left out, as they are stored (Git's pack format, gitformat-pack(5)).
 * Used by one thread.
 */
final class StoredEntries implements AutoCloseable {
    private static final int BUFFER_BYTES = 64 << 10;
    /** Type and size take ten bytes at most, the name of a base twenty. */
    private static final int HEADER_BYTES_MAX = 32;
    /** The two sizes that a delta begins with take ten bytes each at most. */
    private static final int DELTA_SIZES_BYTES = 20;
    /** Deflated bytes that hold them in any case: the tables of codes before them take some 600. */
    private static final int DELTA_START_BYTES = 1 << 10;

    private final ReadableChannel pack;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private final Inflater inflater = new Inflater();
    private long bufferAt;
    private int bufferEnd;
    private long at;
    private int type;
    private int typeBytes;
    private int baseBytes;
    private long size;
    private long distance;

    StoredEntries(ReadableChannel pack) {
        this.pack = pack;
    }

    /** Moves to an entry, and reads its header. */
    void seek(long offset) throws IOException {
        at = offset;
        if (offset < bufferAt || offset + HEADER_BYTES_MAX > bufferAt + bufferEnd) {
            load(offset);
        }
        int from = (int) (offset - bufferAt);
        int b = buffer[from] & 0xff;
        type = b >> 4 & 7;
        size = b & 0xf;
        typeBytes = 1;
        for (int shift = 4; (b & 0x80) != 0; shift += 7) {
            b = buffer[from + typeBytes] & 0xff;
            size |= (long) (b & 0x7f) << shift;
            typeBytes++;
        }
        baseBytes = 0;
        if (type == Constants.OBJ_OFS_DELTA) {
            readDistance(from + typeBytes);
        } else if (type == Constants.OBJ_REF_DELTA) {
            baseBytes = Constants.OBJECT_ID_LENGTH;
        }
    }

    private void readDistance(int from) {
        int b = buffer[from] & 0xff;
        baseBytes = 1;
        distance = b & 0x7f;
        while ((b & 0x80) != 0) {
            b = buffer[from + baseBytes] & 0xff;
            baseBytes++;
            distance = distance + 1 << 7 | b & 0x7f;
        }
    }

    /** The entry's type as stored, one of {@link Constants}. */
    int type() {
        return type;
    }

    /** How many bytes the object has; at least, if it is a delta of an unusual form. */
    long objectSize() throws IOException {
        if (type != Constants.OBJ_OFS_DELTA && type != Constants.OBJ_REF_DELTA) {
            return size;
        }
        if (at + DELTA_START_BYTES > bufferAt + bufferEnd) {
            load(at);
        }
        int from = (int) (at - bufferAt) + typeBytes + baseBytes;
        byte[] sizes = new byte[DELTA_SIZES_BYTES];
        inflater.reset();
        inflater.setInput(buffer, from, bufferEnd - from);
        try {
            int length = inflater.inflate(sizes);
            int result = 0;
            while (result < length && sizes[result] < 0) {
                result++; // the size of the base comes first
            }
            return number(sizes, result + 1, length);
        } catch (DataFormatException e) {
            throw new CorruptObjectException("no delta at byte " + at + " of a pack", e);
        }
    }

    private long number(byte[] bytes, int from, int end) {
        long value = 0;
        for (int i = from, shift = 0; i < end; i++, shift += 7) {
            value |= (long) (bytes[i] & 0x7f) << shift;
            if (bytes[i] >= 0) {
                return value;
            }
        }
        return size;
    }

    /** For a delta by offset: how far before it its base begins. */
    long distance() {
        return distance;
    }

    /** For a delta by offset: where its base begins. */
    long base() {
        return at - distance;
    }

    /** For a delta by name. */
    ObjectId baseName() {
        return ObjectId.fromRaw(buffer, (int) (at - bufferAt) + typeBytes);
    }

    /** Copies the entry as it is, up to where the next one begins. */
    void copy(long next, OutputStream out) throws IOException {
        copyBytes(at, next, out);
    }

    /** Copies the entry with another distance to its base. */
    void copyAt(long next, long newDistance, OutputStream out) throws IOException {
        out.write(buffer, (int) (at - bufferAt), typeBytes);
        writeDistance(newDistance, out);
        copyBytes(at + typeBytes + baseBytes, next, out);
    }

    private static void writeDistance(long value, OutputStream out) throws IOException {
        byte[] bytes = new byte[10];
        int from = bytes.length - 1;
        bytes[from] = (byte) (value & 0x7f);
        for (long rest = value >> 7; rest != 0; rest >>= 7) {
            rest--;
            from--;
            bytes[from] = (byte) (0x80 | rest & 0x7f);
        }
        out.write(bytes, from, bytes.length - from);
    }

    private void copyBytes(long from, long to, OutputStream out) throws IOException {
        long done = from;
        while (done < to) {
            if (done >= bufferAt + bufferEnd) {
                load(done);
            }
            int part = (int) Math.min(to - done, bufferAt + bufferEnd - done);
            out.write(buffer, (int) (done - bufferAt), part);
            done += part;
        }
    }

    /** At least the longest header is there afterwards: a pack's trailer follows its last entry. */
    private void load(long offset) throws IOException {
        ByteBuffer into = ByteBuffer.wrap(buffer);
        bufferAt = offset;
        bufferEnd = 0;
        pack.position(offset);
        while (into.hasRemaining() && pack.read(into) >= 0) {
            bufferEnd = into.position();
        }
        if (bufferEnd == 0) {
            throw new EOFException("pack ends before byte " + offset);
        }
    }

    @Override
    public void close() throws IOException {
        inflater.end();
        pack.close();
    }
}
