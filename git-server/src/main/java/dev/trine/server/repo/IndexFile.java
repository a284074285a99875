package dev.trine.server.repo;

import static org.eclipse.jgit.lib.Constants.OBJECT_ID_LENGTH;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Optional;
import org.eclipse.jgit.lib.AnyObjectId;
import org.eclipse.jgit.lib.ObjectId;

/** The form of a pack index, version 2 (gitformat-pack): what is there to know of one without loading it. */
final class IndexFile {
    private static final int MAGIC = 0xff744f63;
    private static final int VERSION = 2;
    private static final int HEADER_BYTES = 8;
    private static final int FANOUT = 256;
    private static final int PACK_HEADER_BYTES = 12;

    private IndexFile() {
    }

    /** Number of objects, by the last entry of the fan-out table. */
    static long countObjects(Path index) throws IOException {
        try (FileChannel channel = FileChannel.open(index, StandardOpenOption.READ)) {
            return readInt(channel, HEADER_BYTES + 4L * (FANOUT - 1)) & 0xffffffffL;
        }
    }

    private static int readInt(FileChannel channel, long position) throws IOException {
        ByteBuffer four = ByteBuffer.allocate(4);
        while (four.hasRemaining()) {
            if (channel.read(four, position + four.position()) < 0) {
                throw new EOFException("pack file or index ends before byte " + (position + 4));
            }
        }
        return four.getInt(0);
    }

    /**
     * What is wrong with an index, worded to follow "the index of pack NAME"; empty: it is sound and belongs to that
     * pack.
     */
    static Optional<String> defect(Path index, Path pack, AnyObjectId packTrailer) throws IOException {
        long packObjects;
        try (FileChannel channel = FileChannel.open(pack, StandardOpenOption.READ)) {
            packObjects = readInt(channel, 8) & 0xffffffffL;
        }
        try (InputStream file = Files.newInputStream(index)) {
            return new Reading(new DigestedInput(file), packObjects, Files.size(pack)).defect(packTrailer);
        } catch (EOFException e) {
            return Optional.of("ends too early");
        }
    }

    private static final class Reading {
        private final DigestedInput in;
        private final long objects;
        private final long packBytes;
        private long largeOffsets;

        Reading(DigestedInput in, long objects, long packBytes) {
            this.in = in;
            this.objects = objects;
            this.packBytes = packBytes;
        }

        Optional<String> defect(AnyObjectId packTrailer) throws IOException {
            if (in.readInt() != MAGIC || in.readInt() != VERSION) {
                return Optional.of("is not of version 2");
            }
            long[] fanout = new long[FANOUT];
            for (int i = 0; i < FANOUT; i++) {
                fanout[i] = in.readInt() & 0xffffffffL;
            }
            if (fanout[FANOUT - 1] != objects) {
                return Optional.of("counts " + fanout[FANOUT - 1] + " objects, the pack " + objects);
            }
            if (!namesAscendAsIn(fanout)) {
                return Optional.of("is not in order of object names");
            }
            readChecksumsOfEntries();
            if (!offsetsLieInThePack()) {
                return Optional.of("points outside of the pack");
            }
            byte[] checksum = new byte[OBJECT_ID_LENGTH];
            in.readFully(checksum);
            if (!ObjectId.fromRaw(checksum).equals(packTrailer)) {
                return Optional.of("belongs to another pack");
            }
            byte[] computed = in.digest();
            in.readFully(checksum);
            if (!Arrays.equals(checksum, computed) || !in.isAtEnd()) {
                return Optional.of("does not match its checksum");
            }
            return Optional.empty();
        }

        private boolean namesAscendAsIn(long[] fanout) throws IOException {
            byte[] previous = new byte[OBJECT_ID_LENGTH];
            byte[] name = new byte[OBJECT_ID_LENGTH];
            for (long i = 0; i < objects; i++) {
                in.readFully(name);
                int first = name[0] & 0xff;
                boolean inItsRange = i < fanout[first] && (first == 0 || i >= fanout[first - 1]);
                if (!inItsRange || i > 0 && Arrays.compareUnsigned(previous, name) >= 0) {
                    return false;
                }
                System.arraycopy(name, 0, previous, 0, name.length);
            }
            return true;
        }

        /** Read, not skipped: they count for the checksum. */
        private void readChecksumsOfEntries() throws IOException {
            for (long i = 0; i < objects; i++) {
                in.readInt();
            }
        }

        private boolean offsetsLieInThePack() throws IOException {
            boolean within = true;
            for (long i = 0; i < objects; i++) {
                int offset = in.readInt();
                if (offset < 0) {
                    largeOffsets++;
                } else {
                    within &= liesInThePack(offset);
                }
            }
            for (long i = 0; i < largeOffsets; i++) {
                within &= liesInThePack(in.readLong());
            }
            return within;
        }

        private boolean liesInThePack(long offset) {
            return offset >= PACK_HEADER_BYTES && offset < packBytes - OBJECT_ID_LENGTH;
        }
    }
}
