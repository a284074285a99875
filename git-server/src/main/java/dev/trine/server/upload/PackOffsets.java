package dev.trine.server.upload;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.util.Arrays;
import org.eclipse.jgit.internal.storage.file.PackIndex;

/** Where the entries of a pack begin, in their order; that order is also the one in which bitmaps count objects. */
final class PackOffsets {
    private final long[] offsets;

    private PackOffsets(PackIndex index) {
        offsets = new long[Math.toIntExact(index.getObjectCount())];
        for (int i = 0; i < offsets.length; i++) {
            offsets[i] = index.getOffset(i);
        }
        Arrays.sort(offsets);
    }

    /** Keeps those of the packs that were used lately. Called by many threads. */
    static final class Known {
        /** What part of the heap they may take. */
        private static final int HEAP_SHARE = 64;

        private final Cache<String, PackOffsets> known = Caffeine.newBuilder()
            .maximumWeight(Runtime.getRuntime().maxMemory() / HEAP_SHARE)
            .weigher((String pack, PackOffsets value) -> Math.clamp((long) value.count() * Long.BYTES + 200, 1,
                Integer.MAX_VALUE)).build();

        /**
         * Those of a pack.
         *
         * @param pack its name: the checksum of what it holds
         */
        PackOffsets of(String pack, PackIndex index) {
            return known.get(pack, name -> new PackOffsets(index));
        }
    }

    /** Number of entries. */
    int count() {
        return offsets.length;
    }

    /** Where an entry begins, counted from 0. */
    long offset(int entry) {
        return offsets[entry];
    }

    /** Which entry begins there; negative: none. */
    int entryAt(long offset) {
        return Arrays.binarySearch(offsets, offset);
    }
}
