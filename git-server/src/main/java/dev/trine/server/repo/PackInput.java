package dev.trine.server.repo;

import static org.eclipse.jgit.lib.Constants.OBJECT_ID_LENGTH;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.security.MessageDigest;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.eclipse.jgit.lib.Constants;

/**
 * The bytes of a packfile on their way from a client into a file: read in large pieces but never beyond the trailer,
 * which is possible because what is still to come has a least size; digested; inflated entry by entry. Used by one
 * thread.
 */
final class PackInput implements AutoCloseable {
    private static final int BUFFER_BYTES = 1 << 16;
    /** Deflate cannot shrink anything to less than one byte in 1032; a little less is sure. */
    private static final int DEFLATE_RATIO_MAX = 1040;
    /** One byte of header, then the shortest zlib stream. */
    private static final int ENTRY_BYTES_MIN = 9;

    private final InputStream in;
    private final FileChannel copy;
    private final long bytesMax;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private final MessageDigest digest = Constants.newMessageDigest();
    private final CRC32 crc = new CRC32();
    private final Inflater inflater = new Inflater();
    private int position;
    private int end;
    private int crcFrom;
    private long bufferOffset;
    private long entriesToCome;

    /**
     * Reads nothing yet.
     *
     * @param in       positioned at the pack's first byte
     * @param copy     where the bytes are written
     * @param bytesMax length of the longest acceptable pack
     */
    PackInput(InputStream in, FileChannel copy, long bytesMax) {
        this.in = in;
        this.copy = copy;
        this.bytesMax = bytesMax;
    }

    /** Offset in the pack of the next byte to be read. */
    long offset() {
        return bufferOffset + position;
    }

    /** Says how many entries are still to be read, the one being read included. */
    void entriesToCome(long entries) {
        this.entriesToCome = entries;
    }

    void beginEntry() {
        crc.reset();
        crcFrom = position;
    }

    /** CRC-32 of all bytes since {@link #beginEntry}. */
    int endEntry() {
        crc.update(buffer, crcFrom, position - crcFrom);
        entriesToCome--;
        return (int) crc.getValue();
    }

    /** The next byte, 0 to 255. */
    int read() throws IOException, UnusablePackException {
        if (position == end) {
            fill(entriesToCome * ENTRY_BYTES_MIN);
        }
        return buffer[position++] & 0xff;
    }

    void readFully(byte[] into) throws IOException, UnusablePackException {
        for (int i = 0; i < into.length; i++) {
            into[i] = (byte) read();
        }
    }

    /** Takes what an entry inflates to, piece by piece. */
    interface Sink {
        void take(byte[] bytes, int length) throws UnusablePackException;
    }

    /**
     * Inflates the entry's data in pieces.
     *
     * @param size  inflated size that the entry's header states
     * @param piece where a piece is put before the sink gets it; as long as it pleases
     */
    void inflate(long size, byte[] piece, Sink sink) throws IOException, UnusablePackException {
        inflater.reset();
        inflater.setInput(buffer, position, end - position);
        long produced = 0;
        while (true) {
            int n = inflateSome(piece, 0, piece.length);
            produced += n;
            if (produced > size) {
                throw new UnusablePackException("an object is longer than its header says");
            }
            if (n > 0) {
                sink.take(piece, n);
            }
            if (n == 0 && endOfEntry(size - produced)) {
                break;
            }
        }
        checkSize(size, produced);
    }

    /** Inflates the entry's data into a buffer of exactly its size. */
    void inflate(byte[] whole) throws IOException, UnusablePackException {
        inflater.reset();
        inflater.setInput(buffer, position, end - position);
        byte[] beyond = new byte[1];
        int produced = 0;
        while (true) {
            boolean full = produced == whole.length;
            int n = full ? inflateSome(beyond, 0, 1) : inflateSome(whole, produced, whole.length - produced);
            if (full && n > 0) {
                throw new UnusablePackException("an object is longer than its header says");
            }
            produced += n;
            if (n == 0 && endOfEntry(whole.length - produced)) {
                break;
            }
        }
        checkSize(whole.length, produced);
    }

    private int inflateSome(byte[] into, int from, int length) throws UnusablePackException {
        try {
            return inflater.inflate(into, from, length);
        } catch (DataFormatException e) {
            throw new UnusablePackException("the data of the object at byte " + offset() + " is corrupt");
        }
    }

    /** Whether the entry's data is at its end; otherwise more of it has been read. */
    private boolean endOfEntry(long bytesToCome) throws IOException, UnusablePackException {
        position = end - inflater.getRemaining();
        if (inflater.finished()) {
            return true;
        }
        if (inflater.needsDictionary()) {
            throw new UnusablePackException("the data of the object at byte " + offset() + " needs a dictionary");
        }
        if (position == end) {
            fill((entriesToCome - 1) * ENTRY_BYTES_MIN + bytesToCome / DEFLATE_RATIO_MAX);
            inflater.setInput(buffer, position, end - position);
        }
        return false;
    }

    private static void checkSize(long expected, long produced) throws UnusablePackException {
        if (expected != produced) {
            throw new UnusablePackException("an object is shorter than its header says");
        }
    }

    /** Reads some bytes; all before them have been used. */
    private void fill(long entryBytesToComeMin) throws IOException, UnusablePackException {
        flush();
        int wanted = (int) Math.min(buffer.length, entryBytesToComeMin + OBJECT_ID_LENGTH);
        int n = in.read(buffer, 0, wanted);
        if (n < 0) {
            throw new UnusablePackException("the pack ends too early, at byte " + bufferOffset);
        }
        end = n;
        if (bufferOffset + end > bytesMax) {
            throw new UnusablePackException("the pack is longer than the limit of " + bytesMax
                + " bytes (objects.pack-max); push fewer commits at a time");
        }
    }

    private void flush() throws IOException {
        crc.update(buffer, crcFrom, end - crcFrom);
        digest.update(buffer, 0, end);
        write(end);
        bufferOffset += end;
        position = 0;
        end = 0;
        crcFrom = 0;
    }

    private void write(int length) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(buffer, 0, length);
        while (bytes.hasRemaining()) {
            copy.write(bytes);
        }
    }

    /**
     * Reads the trailer, after the last entry.
     *
     * @return the pack's SHA-1
     */
    byte[] readTrailer() throws IOException, UnusablePackException {
        digest.update(buffer, 0, position);
        byte[] computed = digest.digest();
        byte[] trailer = new byte[OBJECT_ID_LENGTH];
        int have = end - position;
        System.arraycopy(buffer, position, trailer, 0, have);
        write(end);
        int missing = OBJECT_ID_LENGTH - have;
        if (in.readNBytes(trailer, have, missing) < missing) {
            throw new UnusablePackException("the pack ends within its checksum");
        }
        System.arraycopy(trailer, have, buffer, 0, missing);
        write(missing);
        if (!MessageDigest.isEqual(computed, trailer)) {
            throw new UnusablePackException("the pack's checksum does not match its content");
        }
        return trailer;
    }

    @Override
    public void close() {
        inflater.end();
    }
}
