package dev.trine.server.repo;

import static org.eclipse.jgit.lib.Constants.OBJECT_ID_LENGTH;

import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Optional;
import org.eclipse.jgit.lib.AnyObjectId;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.util.NB;

/** The entries of a pack in order of name, and its index file, version 2 (gitformat-pack). */
final class IndexWriter {
    private static final int MAGIC = 0xff744f63;
    private static final int VERSION = 2;
    private static final int FANOUT = 256;

    private final PackEntries entries;
    private final byte[] names;
    /** In each element: the first 32 bits of a name, then the number of its entry. */
    private final long[] order;

    /** Sorts; every entry must be resolved. */
    IndexWriter(PackEntries entries) {
        this.entries = entries;
        this.names = entries.names();
        this.order = new long[entries.count()];
        for (int i = 0; i < order.length; i++) {
            order[i] = (long) (NB.decodeInt32(names, i * OBJECT_ID_LENGTH) ^ Integer.MIN_VALUE) << Integer.SIZE | i;
        }
        Arrays.parallelSort(order);
        sortEqualPrefixes();
    }

    private void sortEqualPrefixes() {
        for (int from = 0, to; from < order.length; from = to) {
            to = from + 1;
            while (to < order.length && order[to] >> Integer.SIZE == order[from] >> Integer.SIZE) {
                to++;
            }
            if (to - from > 1) {
                long[] run = Arrays.stream(order, from, to).boxed()
                    .sorted((a, b) -> compareNames(a.intValue(), b.intValue())).mapToLong(Long::longValue).toArray();
                System.arraycopy(run, 0, order, from, run.length);
            }
        }
    }

    private int compareNames(int a, int b) {
        return Arrays.compareUnsigned(names, a * OBJECT_ID_LENGTH, (a + 1) * OBJECT_ID_LENGTH,
            names, b * OBJECT_ID_LENGTH, (b + 1) * OBJECT_ID_LENGTH);
    }

    private int entryAt(int rank) {
        return (int) order[rank];
    }

    /** An object that is in the pack twice. */
    Optional<ObjectId> duplicate() {
        for (int rank = 1; rank < order.length; rank++) {
            if (compareNames(entryAt(rank - 1), entryAt(rank)) == 0) {
                return Optional.of(entries.name(entryAt(rank)));
            }
        }
        return Optional.empty();
    }

    /** The entry of an object; empty: the pack does not hold it. */
    Optional<Integer> find(AnyObjectId name) {
        byte[] raw = new byte[OBJECT_ID_LENGTH];
        name.copyRawTo(raw, 0);
        int low = 0;
        int high = order.length - 1;
        while (low <= high) {
            int middle = low + high >>> 1;
            int entry = entryAt(middle);
            int compared = Arrays.compareUnsigned(names, entry * OBJECT_ID_LENGTH, (entry + 1) * OBJECT_ID_LENGTH,
                raw, 0, OBJECT_ID_LENGTH);
            if (compared == 0) {
                return Optional.of(entry);
            }
            if (compared < 0) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return Optional.empty();
    }

    /**
     * Writes the index file, not synced.
     *
     * @param packTrailer the pack's SHA-1
     */
    void write(Path file, byte[] packTrailer) throws IOException {
        MessageDigest digest = Constants.newMessageDigest();
        try (OutputStream raw = new BufferedOutputStream(Files.newOutputStream(file), 1 << 16);
             DataOutputStream out = new DataOutputStream(new DigestOutputStream(raw, digest))) {
            out.writeInt(MAGIC);
            out.writeInt(VERSION);
            writeFanout(out);
            for (int rank = 0; rank < order.length; rank++) {
                out.write(names, entryAt(rank) * OBJECT_ID_LENGTH, OBJECT_ID_LENGTH);
            }
            for (int rank = 0; rank < order.length; rank++) {
                out.writeInt(entries.checksum(entryAt(rank)));
            }
            writeOffsets(out);
            out.write(packTrailer);
            out.write(digest.digest());
        }
    }

    private void writeFanout(DataOutputStream out) throws IOException {
        int rank = 0;
        for (int first = 0; first < FANOUT; first++) {
            while (rank < order.length && (names[entryAt(rank) * OBJECT_ID_LENGTH] & 0xff) <= first) {
                rank++;
            }
            out.writeInt(rank);
        }
    }

    private void writeOffsets(DataOutputStream out) throws IOException {
        int large = 0;
        for (int rank = 0; rank < order.length; rank++) {
            long offset = entries.offset(entryAt(rank));
            out.writeInt(offset <= Integer.MAX_VALUE ? (int) offset : Integer.MIN_VALUE | large++);
        }
        for (int rank = 0; rank < order.length; rank++) {
            long offset = entries.offset(entryAt(rank));
            if (offset > Integer.MAX_VALUE) {
                out.writeLong(offset);
            }
        }
    }
}
