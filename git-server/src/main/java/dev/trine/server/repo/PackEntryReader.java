package dev.trine.server.repo;

import static org.eclipse.jgit.lib.Constants.OBJECT_ID_LENGTH;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;

/** Reads entries back from a pack file that has been scanned. Used by one thread; the channel is shared. */
final class PackEntryReader implements AutoCloseable {
    private static final int BUFFER_BYTES = 1 << 16;

    private final FileChannel pack;
    private final Inflater inflater = new Inflater();
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
    private final byte[] baseName = new byte[OBJECT_ID_LENGTH];
    private long bufferOffset;
    private long size;
    private int type;
    private long baseOffset;

    PackEntryReader(FileChannel pack) {
        this.pack = pack;
        buffer.limit(0);
    }

    /** Moves to the entry at an offset; then {@link #size} and {@link #type} are its own, and it can be inflated. */
    void seek(long offset) throws IOException {
        if (offset >= bufferOffset && offset < bufferOffset + buffer.limit()) {
            buffer.position((int) (offset - bufferOffset));
        } else {
            load(offset);
        }
        int b = next();
        type = b >> 4 & 7;
        size = b & 0xf;
        for (int shift = 4; (b & 0x80) != 0; shift += 7) {
            b = next();
            size |= (long) (b & 0x7f) << shift;
        }
        if (type == Constants.OBJ_OFS_DELTA) {
            b = next();
            long distance = b & 0x7f;
            while ((b & 0x80) != 0) {
                b = next();
                distance = distance + 1 << 7 | b & 0x7f;
            }
            baseOffset = offset - distance;
        } else if (type == Constants.OBJ_REF_DELTA) {
            for (int i = 0; i < OBJECT_ID_LENGTH; i++) {
                baseName[i] = (byte) next();
            }
        }
    }

    /** Where the base of a delta by offset stands. */
    long baseOffset() {
        return baseOffset;
    }

    /** What the base of a delta by name is called. */
    ObjectId baseName() {
        return ObjectId.fromRaw(baseName);
    }

    /** Type as stored. */
    int type() {
        return type;
    }

    /** Inflated size of what is stored: the object's, or its delta's. */
    long size() {
        return size;
    }

    private int next() throws IOException {
        if (!buffer.hasRemaining()) {
            load(bufferOffset + buffer.limit());
        }
        return buffer.get() & 0xff;
    }

    private void load(long offset) throws IOException {
        buffer.clear();
        int n = pack.read(buffer, offset);
        bufferOffset = offset;
        buffer.flip();
        if (n <= 0) {
            throw new EOFException("pack file ends before byte " + offset);
        }
    }

    /** Inflates the entry, which must fill the room exactly. The room's position is at its limit afterwards. */
    void inflate(ByteBuffer room) throws IOException, UnusablePackException {
        inflater.reset();
        inflater.setInput(buffer);
        try {
            while (!inflater.finished()) {
                if (inflater.inflate(room) == 0 && !inflater.finished()) {
                    refill(room);
                }
            }
        } catch (DataFormatException e) {
            throw new UnusablePackException("the data of an entry is corrupt");
        }
        if (room.hasRemaining()) {
            throw new UnusablePackException("an object is shorter than its header says");
        }
    }

    private void refill(ByteBuffer room) throws IOException, UnusablePackException {
        if (!room.hasRemaining() && inflater.getRemaining() > 0 || inflater.needsDictionary()) {
            throw new UnusablePackException("an object is longer than its header says");
        }
        if (inflater.needsInput()) {
            load(bufferOffset + buffer.limit());
            inflater.setInput(buffer);
        }
    }

    /** The inflated entry as a stream, for what is too large to hold; valid until the next {@link #seek}. */
    InputStream stream() {
        inflater.reset();
        inflater.setInput(buffer);
        return new InputStream() {
            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
            }

            @Override
            public int read(byte[] into, int offset, int length) throws IOException {
                try {
                    while (true) {
                        int n = inflater.inflate(into, offset, length);
                        if (n > 0 || length == 0) {
                            return n;
                        }
                        if (inflater.finished()) {
                            return -1;
                        }
                        load(bufferOffset + buffer.limit());
                        inflater.setInput(buffer);
                    }
                } catch (DataFormatException e) {
                    throw new IOException("pack file changed while it was indexed", e);
                }
            }
        };
    }

    @Override
    public void close() {
        inflater.end();
    }
}
