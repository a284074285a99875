package dev.trine.server.upload;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.security.DigestOutputStream;
import java.text.MessageFormat;
import java.util.BitSet;
import org.eclipse.jgit.internal.JGitText;
import org.eclipse.jgit.internal.storage.file.PackBitmapIndex;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;

/**
 * Cuts a pack out of a stored one that has a bitmap: wanted entries are copied in their order, byte for byte but for
 * the distances to their bases where something between was left out. An object whose base is left out, or that lies in
 * another pack, is written whole. C Git's pack-objects does the same ({@code pack.allowPackReuse}).
 */
final class PackReuse {
    private static final int BUFFER_BYTES = 64 << 10;
    private static final int HEADER_BYTES = 12;

    private final Source source;
    private final WantedEntries wanted;
    private final LostBases lost;
    private final PackRuns runs = new PackRuns();
    private long deltas;
    private long whole;

    private PackReuse(Source source, WantedEntries wanted, LostBases lost) {
        this.source = source;
        this.wanted = wanted;
        this.lost = lost;
    }

    /** Looks at what is wanted of a pack; writes nothing yet. */
    static PackReuse of(Source source, WantedEntries wanted) throws IOException {
        return new PackReuse(source, wanted, LostBases.of(source, wanted.inPack()));
    }

    /** A stored pack that has a bitmap. */
    interface Source {
        PackBitmapIndex bitmaps();

        PackOffsets offsets();

        /** Where its trailer begins. */
        long end();

        StoredEntries open() throws IOException;
    }

    /** Whether it is better to put the pack together and to search deltas. */
    boolean isWasteful() throws IOException {
        return lost.areWasteful();
    }

    /**
     * Writes the pack.
     *
     * @param wholes writes what cannot be copied
     * @return one line of statistics for the client's user
     */
    String write(OutputStream pack, WholeEntries wholes) throws IOException {
        int count = wanted.inPack().cardinality() + wanted.others().size();
        DigestOutputStream digested = new DigestOutputStream(pack, Constants.newMessageDigest());
        OutputStream out = new BufferedOutputStream(digested, BUFFER_BYTES);
        out.write(new byte[] {'P', 'A', 'C', 'K', 0, 0, 0, 2, (byte) (count >> 24), (byte) (count >> 16),
            (byte) (count >> 8), (byte) count});
        try (StoredEntries entries = source.open()) {
            copy(entries, wholes, new Counted(out));
        }
        for (ObjectId other : wanted.others()) {
            writeWhole(wholes, other, out);
        }
        out.flush();
        pack.write(digested.getMessageDigest().digest());
        return MessageFormat.format(JGitText.get().packWriterStatistics, (long) count, deltas, count - whole, deltas);
    }

    private void copy(StoredEntries entries, WholeEntries wholes, Counted out) throws IOException {
        out.count = HEADER_BYTES;
        PackOffsets offsets = source.offsets();
        BitSet places = wanted.inPack();
        for (int entry = places.nextSetBit(0); entry >= 0; entry = places.nextSetBit(entry + 1)) {
            long at = offsets.offset(entry);
            long next = entry + 1 < offsets.count() ? offsets.offset(entry + 1) : source.end();
            entries.seek(at);
            runs.copied(at, out.count);
            if (lost.hold(entry)) {
                writeWhole(wholes, source.bitmaps().getObject(entry), out);
            } else if (entries.type() == Constants.OBJ_OFS_DELTA) {
                copyDelta(entries, next, out);
            } else {
                deltas += entries.type() == Constants.OBJ_REF_DELTA ? 1 : 0;
                entries.copy(next, out);
            }
        }
    }

    private void copyDelta(StoredEntries entries, long next, Counted out) throws IOException {
        deltas++;
        long distance = out.count - runs.target(entries.base());
        if (distance == entries.distance()) {
            entries.copy(next, out);
        } else {
            entries.copyAt(next, distance, out);
        }
    }

    private void writeWhole(WholeEntries wholes, ObjectId id, OutputStream out) throws IOException {
        whole++;
        wholes.write(id, out);
    }

    /** Counts what passes. */
    private static final class Counted extends OutputStream {
        private final OutputStream out;
        private long count;

        Counted(OutputStream out) {
            this.out = out;
        }

        @Override
        public void write(int b) throws IOException {
            out.write(b);
            count++;
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            out.write(bytes, offset, length);
            count += length;
        }
    }
}
