package dev.trine.server.repo;

import static org.eclipse.jgit.lib.Constants.OBJECT_ID_LENGTH;

import dev.trine.server.sha1.ParallelSha1;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ProgressMonitor;

/**
 * Reads the packfile once, from the stream into the file: finds where each entry begins, takes the objects that are
 * stored whole, and notes which entries are deltas against which. Used by one thread.
 */
final class PackScanner {
    private static final byte[] SIGNATURE = {'P', 'A', 'C', 'K'};
    private static final int PROGRESS_STEP = 1000;
    /** Heap that an entry takes until the index is written. */
    private static final int ENTRY_BYTES = 80;
    /** Heap that the name of a base takes. */
    private static final int NAMED_BASE_BYTES = 200;
    /** As many objects up to this size as wait for their names are no larger than the buffers that each push has. */
    private static final int UNCOUNTED_BYTES_MAX = (1 << 16) / ParallelSha1.MESSAGES_MAX;

    private final PackInput input;
    private final PackLimits limits;
    private final ObjectIntake intake;
    private final Reservation reservation;
    private final PackEntries entries = new PackEntries();
    private final List<Integer> toCompare = new ArrayList<>();
    private final byte[] piece = new byte[1 << 16];
    private byte[] trailer = new byte[OBJECT_ID_LENGTH];

    /** Asked for memory before it is used. */
    interface Reservation {
        /** For entries or names of bases, so many bytes, and for what so many objects may link to. */
        void take(long entryBytes, int objects) throws UnusablePackException;

        /** For an object that is held while it is read, which may take the client long, and until it has a name. */
        void hold(int objectBytes) throws UnusablePackException;

        /** The same if there is room now; false: nothing was taken. */
        boolean tryHold(int objectBytes);

        /** Gives back what was taken for an object. */
        void release(int objectBytes);
    }

    PackScanner(PackInput input, PackLimits limits, ObjectIntake intake, Reservation reservation) {
        this.input = input;
        this.limits = limits;
        this.intake = intake;
        this.reservation = reservation;
    }

    /** Reads to the trailer. */
    void scan(ProgressMonitor progress) throws IOException, UnusablePackException {
        int count = readHeader();
        progress.beginTask("Receiving objects", count);
        int reported = 0;
        for (int i = 0; i < count; i++) {
            input.entriesToCome(count - i);
            scanEntry();
            if (i - reported == PROGRESS_STEP) {
                progress.update(i - reported);
                reported = i;
            }
        }
        intake.finish();
        progress.update(count - reported);
        progress.endTask();
        trailer = input.readTrailer();
    }

    PackEntries entries() {
        return entries;
    }

    /** SHA-1 of the pack as it was sent. */
    byte[] trailer() {
        return trailer;
    }

    /** Large blobs whose names we have: their contents are in the file and must be compared. */
    List<Integer> toCompare() {
        return toCompare;
    }

    private int readHeader() throws IOException, UnusablePackException {
        input.entriesToCome(0);
        byte[] header = new byte[12];
        input.readFully(header);
        ByteBuffer fields = ByteBuffer.wrap(header);
        for (byte expected : SIGNATURE) {
            if (fields.get() != expected) {
                throw new UnusablePackException("the stream does not begin with a packfile");
            }
        }
        int version = fields.getInt();
        if (version != 2 && version != 3) {
            throw new UnusablePackException("the pack is of version " + version + "; 2 and 3 are known");
        }
        long count = fields.getInt() & 0xffffffffL;
        if (count > limits.objectsMax()) {
            throw new UnusablePackException("the pack has " + count + " objects, over the limit of "
                + limits.objectsMax() + " (objects.pack-objects-max); push fewer commits at a time");
        }
        reservation.take(count * ENTRY_BYTES, (int) count);
        return (int) count;
    }

    private void scanEntry() throws IOException, UnusablePackException {
        long offset = input.offset();
        int entry = entries.add(offset);
        input.beginEntry();
        int b = input.read();
        int type = b >> 4 & 7;
        long size = b & 0xf;
        for (int shift = 4; (b & 0x80) != 0; shift += 7) {
            if (shift > 56) {
                throw new UnusablePackException("the entry at byte " + offset + " has a malformed size");
            }
            b = input.read();
            size |= (long) (b & 0x7f) << shift;
        }
        if (size > limits.objectBytesMax()) {
            throw new UnusablePackException("an object of " + size + " bytes is over the limit of "
                + limits.objectBytesMax() + " (objects.object-max); remove it from the history");
        }
        switch (type) {
            case Constants.OBJ_COMMIT, Constants.OBJ_TREE, Constants.OBJ_BLOB, Constants.OBJ_TAG ->
                scanWhole(entry, type, size);
            case Constants.OBJ_OFS_DELTA -> {
                entries.deltaAgainst(entry, readBaseByOffset(offset));
                input.inflate(size, piece, (bytes, length) -> { });
            }
            case Constants.OBJ_REF_DELTA -> {
                byte[] base = new byte[OBJECT_ID_LENGTH];
                input.readFully(base);
                reservation.take(NAMED_BASE_BYTES, 0);
                entries.deltaAgainst(entry, ObjectId.fromRaw(base));
                input.inflate(size, piece, (bytes, length) -> { });
            }
            default -> throw new UnusablePackException("the entry at byte " + offset + " has unknown type " + type);
        }
        entries.checksum(entry, input.endEntry());
    }

    private void scanWhole(int entry, int type, long size) throws IOException, UnusablePackException {
        if (type == Constants.OBJ_BLOB && size >= Scratch.LARGE_BYTES) {
            intake.begin(type, size);
            input.inflate(size, piece, intake::piece);
            byte[] name = intake.end();
            entries.resolve(entry, type, name);
            if (intake.mustBeCompared(ObjectId.fromRaw(name))) {
                toCompare.add(entry);
            }
            return;
        }
        if (size > ObjectIntake.STRUCTURED_BYTES_MAX) {
            throw new UnusablePackException("a commit, tree or tag of " + size + " bytes is over the limit of "
                + ObjectIntake.STRUCTURED_BYTES_MAX + ", which cannot be set");
        }
        int counted = size > UNCOUNTED_BYTES_MAX ? (int) size : 0;
        if (!reservation.tryHold(counted)) {
            intake.finish(); // which gives back what others hold that wait for their names
            reservation.hold(counted);
        }
        byte[] data = new byte[(int) size];
        input.inflate(data);
        intake.take(type, ByteBuffer.wrap(data), name -> {
            entries.resolve(entry, type, name);
            reservation.release(counted);
        });
    }

    private int readBaseByOffset(long offset) throws IOException, UnusablePackException {
        int b = input.read();
        long distance = b & 0x7f;
        while ((b & 0x80) != 0) {
            if (distance >= 1L << 55) {
                throw new UnusablePackException("the delta at byte " + offset + " has a malformed base offset");
            }
            b = input.read();
            distance = distance + 1 << 7 | b & 0x7f;
        }
        return entries.at(offset - distance)
            .filter(base -> entries.offset(base) < offset)
            .orElseThrow(() -> new UnusablePackException("the delta at byte " + offset + " has no base where it says"));
    }
}
