package dev.trine.server.upload;

import java.io.IOException;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import org.eclipse.jgit.lib.Constants;

/** Which wanted entries of a stored pack are deltas whose base is left out, so that they have to be written whole. */
final class LostBases {
    /** Deltas are searched where they save more than this part of the bytes that are sent. */
    private static final int SAVED_PART = 20;
    /** What deflating leaves of text, roughly: it is compared with a part that is as rough. */
    private static final int DEFLATED_PART = 3;

    private final PackReuse.Source source;
    private final BitSet wanted;
    private final BitSet lost = new BitSet();
    /** How large the lost ones are, in their order. */
    private long[] sizes = new long[64];
    private int count;
    private long wholeBytes;
    private long copiedBytes;

    private LostBases(PackReuse.Source source, BitSet wanted) {
        this.source = source;
        this.wanted = wanted;
    }

    /** Looks at the header of each wanted entry; if all of the pack is wanted, nothing is lost. */
    static LostBases of(PackReuse.Source source, BitSet wanted) throws IOException {
        LostBases bases = new LostBases(source, wanted);
        if (wanted.cardinality() < source.offsets().count()) {
            try (StoredEntries entries = source.open()) {
                bases.look(entries);
            }
        }
        return bases;
    }

    private void look(StoredEntries entries) throws IOException {
        PackOffsets offsets = source.offsets();
        for (int entry = wanted.nextSetBit(0); entry >= 0; entry = wanted.nextSetBit(entry + 1)) {
            entries.seek(offsets.offset(entry));
            if (isBaseSent(entries)) {
                copiedBytes += (entry + 1 < offsets.count() ? offsets.offset(entry + 1) : source.end())
                    - offsets.offset(entry);
            } else {
                lose(entry, entries.objectSize());
            }
        }
    }

    private void lose(int entry, long size) {
        lost.set(entry);
        if (count == sizes.length) {
            sizes = Arrays.copyOf(sizes, 2 * count);
        }
        sizes[count] = size;
        count++;
        wholeBytes += size / DEFLATED_PART;
    }

    /** Whether the entry can be read by who gets the wanted ones. */
    private boolean isBaseSent(StoredEntries entries) {
        return switch (entries.type()) {
            case Constants.OBJ_OFS_DELTA -> isSent(source.offsets().entryAt(entries.base()));
            case Constants.OBJ_REF_DELTA -> isSent(source.bitmaps().findPosition(entries.baseName()));
            default -> true;
        };
    }

    private boolean isSent(int entry) {
        return entry >= 0 && wanted.get(entry);
    }

    /** Whether it is one of these. */
    boolean hold(int entry) {
        return lost.get(entry);
    }

    /**
     * Whether it is better to search deltas: an old state of a history consists of deltas against newer objects, which
     * are left out, and many of those that would be written whole are states of the same one. What counts is bytes: a
     * search costs far more than it saves where the rest is large.
     */
    boolean areWasteful() throws IOException {
        long bearable = (copiedBytes + wholeBytes) / SAVED_PART;
        return wholeBytes > bearable && savedBytes() > bearable;
    }

    /** One of those that build on the same object in the end has to be whole, the others could build on that. */
    private long savedBytes() throws IOException {
        PackOffsets offsets = source.offsets();
        int[] roots = new int[lost.length()];
        Map<Integer, Long> largest = new HashMap<>();
        int rank = 0;
        try (StoredEntries entries = source.open()) {
            for (int entry = 0; entry < roots.length; entry++) {
                entries.seek(offsets.offset(entry));
                int base = entries.type() == Constants.OBJ_OFS_DELTA ? offsets.entryAt(entries.base()) : -1;
                roots[entry] = base >= 0 ? roots[base] : entry; // a base by offset comes before what builds on it
                if (lost.get(entry)) {
                    largest.merge(roots[entry], sizes[rank] / DEFLATED_PART, Math::max);
                    rank++;
                }
            }
        }
        return wholeBytes - largest.values().stream().mapToLong(Long::longValue).sum();
    }
}
