package dev.trine.server.upload;

import com.googlecode.javaewah.EWAHCompressedBitmap;
import com.googlecode.javaewah.IntIterator;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.text.MessageFormat;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import org.eclipse.jgit.internal.JGitText;
import org.eclipse.jgit.internal.storage.file.PackBitmapIndex;
import org.eclipse.jgit.lib.BitmapIndex.BitmapBuilder;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectLoader;
import org.eclipse.jgit.lib.ObjectReader;

/**
 * Cuts a pack out of a stored one that has a bitmap: wanted entries are copied in their order, byte for byte but for
 * the distances to their bases where something between was left out. An object whose base is left out, or that lies in
 * another pack, is written whole. C Git's pack-objects does the same ({@code pack.allowPackReuse}).
 */
final class PackReuse {
    /** More objects than this outside the pack, and as a part of all, are better searched for deltas. */
    private static final int OTHERS_MAX = 2_000;
    private static final int OTHERS_PART = 20;
    private static final int BUFFER_BYTES = 64 << 10;
    private static final int HEADER_BYTES = 12;

    private final ObjectReader reader;
    private final Source source;
    private final BitSet wanted;
    private final List<ObjectId> others;
    private final PackRuns runs = new PackRuns();
    private long deltas;
    private long whole;

    private PackReuse(ObjectReader reader, Source source, BitSet wanted, List<ObjectId> others) {
        this.reader = reader;
        this.source = source;
        this.wanted = wanted;
        this.others = others;
    }

    /** A stored pack that has a bitmap. */
    interface Source {
        PackBitmapIndex bitmaps();

        PackOffsets offsets();

        /** Where its trailer begins. */
        long end();

        StoredEntries open() throws IOException;
    }

    /**
     * What it takes to send these objects; empty: too many of them lie elsewhere.
     *
     * @param needed   by the bitmap index of the source
     * @param explicit objects that were asked for by name: they are sent though they are blobs
     * @param blobs    whether blobs are sent
     */
    static Optional<PackReuse> plan(ObjectReader reader, Source source, BitmapBuilder needed, Set<ObjectId> explicit,
                                    boolean blobs) {
        EWAHCompressedBitmap bits = needed.retrieveCompressed();
        int inPack = source.bitmaps().getObjectCount();
        BitSet wanted = new BitSet(inPack);
        int outside = 0;
        for (IntIterator i = bits.intIterator(); i.hasNext();) {
            int position = i.next();
            if (position < inPack) {
                wanted.set(position);
            } else {
                outside++;
            }
        }
        if (outside > OTHERS_MAX || outside > wanted.cardinality() / OTHERS_PART) {
            return Optional.empty();
        }
        if (!blobs) {
            leaveOutBlobs(source.bitmaps(), bits, wanted, explicit);
        }
        return Optional.of(new PackReuse(reader, source, wanted,
            outside == 0 ? List.of() : outside(needed, source.bitmaps(), explicit, blobs)));
    }

    private static void leaveOutBlobs(PackBitmapIndex bitmaps, EWAHCompressedBitmap bits, BitSet wanted,
                                      Set<ObjectId> explicit) {
        int inPack = bitmaps.getObjectCount();
        for (IntIterator i = bitmaps.ofObjectType(bits, Constants.OBJ_BLOB).intIterator(); i.hasNext();) {
            int position = i.next();
            if (position < inPack) {
                wanted.clear(position);
            }
        }
        for (ObjectId id : explicit) {
            int position = bitmaps.findPosition(id);
            if (position >= 0 && position < inPack) {
                wanted.set(position);
            }
        }
    }

    private static List<ObjectId> outside(BitmapBuilder needed, PackBitmapIndex bitmaps, Set<ObjectId> explicit,
                                          boolean blobs) {
        List<ObjectId> found = new ArrayList<>();
        needed.forEach(object -> {
            if (bitmaps.findPosition(object.getObjectId()) < 0
                && (blobs || object.getType() != Constants.OBJ_BLOB || explicit.contains(object.getObjectId()))) {
                found.add(object.getObjectId().copy());
            }
        });
        return found;
    }

    /** Writes the pack; returns one line of statistics for the client's user. */
    String write(OutputStream pack) throws IOException {
        int count = wanted.cardinality() + others.size();
        Trailed trailed = new Trailed(pack);
        OutputStream out = new BufferedOutputStream(trailed, BUFFER_BYTES);
        out.write(new byte[] {'P', 'A', 'C', 'K', 0, 0, 0, 2, (byte) (count >> 24), (byte) (count >> 16),
            (byte) (count >> 8), (byte) count});
        try (StoredEntries entries = source.open()) {
            copy(entries, new Counted(out));
        }
        for (ObjectId other : others) {
            writeWhole(other, new Counted(out));
        }
        out.flush();
        pack.write(trailed.digest.digest());
        return MessageFormat.format(JGitText.get().packWriterStatistics, (long) count, deltas, count - whole, deltas);
    }

    private void copy(StoredEntries entries, Counted out) throws IOException {
        out.count = HEADER_BYTES;
        PackOffsets offsets = source.offsets();
        for (int entry = wanted.nextSetBit(0); entry >= 0; entry = wanted.nextSetBit(entry + 1)) {
            long at = offsets.offset(entry);
            long next = entry + 1 < offsets.count() ? offsets.offset(entry + 1) : source.end();
            entries.seek(at);
            runs.copied(at, out.count);
            switch (entries.type()) {
                case Constants.OBJ_OFS_DELTA -> copyDelta(entries, entry, at, next, out);
                case Constants.OBJ_REF_DELTA -> {
                    if (isSent(source.bitmaps().findPosition(entries.baseName()))) {
                        deltas++;
                        entries.copy(next, out);
                    } else {
                        writeWhole(source.bitmaps().getObject(entry), out);
                    }
                }
                default -> entries.copy(next, out);
            }
        }
    }

    private void copyDelta(StoredEntries entries, int entry, long at, long next, Counted out) throws IOException {
        long base = at - entries.distance();
        if (!isSent(source.offsets().entryAt(base))) {
            writeWhole(source.bitmaps().getObject(entry), out);
            return;
        }
        deltas++;
        long distance = out.count - runs.target(base);
        if (distance == entries.distance()) {
            entries.copy(next, out);
        } else {
            entries.copyAt(next, distance, out);
        }
    }

    private boolean isSent(int entry) {
        return entry >= 0 && wanted.get(entry);
    }

    private void writeWhole(ObjectId id, OutputStream out) throws IOException {
        whole++;
        ObjectLoader object = reader.open(id);
        long rest = object.getSize();
        int first = object.getType() << 4 | (int) (rest & 0xf);
        for (rest >>= 4; rest != 0; rest >>= 7) {
            out.write(first | 0x80);
            first = (int) (rest & 0x7f);
        }
        out.write(first);
        Deflater deflater = new Deflater();
        try {
            DeflaterOutputStream deflated = new DeflaterOutputStream(out, deflater);
            object.copyTo(deflated);
            deflated.finish();
        } finally {
            deflater.end();
        }
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

    /** Makes the checksum that ends a pack. */
    private static final class Trailed extends OutputStream {
        private final OutputStream out;
        private final MessageDigest digest = Constants.newMessageDigest();

        Trailed(OutputStream out) {
            this.out = out;
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            digest.update(bytes, offset, length);
            out.write(bytes, offset, length);
        }
    }
}
