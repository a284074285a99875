package dev.trine.server.repo;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Comparator;
import org.eclipse.jgit.internal.storage.file.PackIndex;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;

/**
 * The objects of a finished pack in order of offset, with their types, which an index does not tell and a delta
 * inherits from its base. Reads entries' headers only.
 */
final class PackedTypes {
    private PackedTypes() {
    }

    /** Told about each object. */
    interface Visitor {
        void object(ObjectId id, int type) throws IOException;
    }

    private record Entry(long offset, ObjectId id) {
    }

    static void visit(Path pack, PackIndex index, Visitor visitor) throws IOException {
        Entry[] entries = new Entry[Math.toIntExact(index.getObjectCount())];
        int count = 0;
        for (PackIndex.MutableEntry entry : index) {
            entries[count++] = new Entry(entry.getOffset(), entry.toObjectId());
        }
        Arrays.sort(entries, Comparator.comparingLong(Entry::offset));
        try (FileChannel channel = FileChannel.open(pack, StandardOpenOption.READ);
             PackEntryReader reader = new PackEntryReader(channel)) {
            Types types = new Types(entries, index, reader);
            for (int i = 0; i < entries.length; i++) {
                visitor.object(entries[i].id, types.of(i));
            }
        }
    }

    /** Follows deltas to their bases, remembering what was found. */
    private static final class Types {
        private final long[] offsets;
        private final byte[] known;
        private final PackIndex index;
        private final PackEntryReader reader;

        Types(Entry[] entries, PackIndex index, PackEntryReader reader) {
            this.offsets = Arrays.stream(entries).mapToLong(Entry::offset).toArray();
            this.known = new byte[entries.length];
            this.index = index;
            this.reader = reader;
        }

        int of(int entry) throws IOException {
            int at = entry;
            for (int steps = 0; known[at] == 0; steps++) {
                reader.seek(offsets[at]);
                long base = switch (reader.type()) {
                    case Constants.OBJ_OFS_DELTA -> reader.baseOffset();
                    case Constants.OBJ_REF_DELTA -> index.findOffset(reader.baseName());
                    default -> {
                        known[at] = (byte) reader.type();
                        yield offsets[at];
                    }
                };
                at = Arrays.binarySearch(offsets, base);
                if (at < 0 || steps > offsets.length) {
                    throw new IOException("a delta at byte " + offsets[entry] + " of a pack has no base in it");
                }
            }
            known[entry] = known[at];
            return known[at];
        }
    }
}
