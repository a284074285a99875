package dev.trine.server.repo;

import static org.eclipse.jgit.lib.Constants.OBJECT_ID_LENGTH;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;

/**
 * What is known of each entry of a pack that is being indexed, in columns, by number of the entry in order of offset.
 * Filled by one thread; then threads that resolve deltas each write the rows of entries that only they have.
 */
final class PackEntries {
    /** No entry. */
    static final int NONE = -1;
    private static final int FIRST_CAPACITY = 1024;

    private int count;
    private long[] offsets = new long[FIRST_CAPACITY];
    private int[] checksums = new int[FIRST_CAPACITY];
    private byte[] names = new byte[FIRST_CAPACITY * OBJECT_ID_LENGTH];
    private byte[] types = new byte[FIRST_CAPACITY];
    private int[] firstChild = new int[FIRST_CAPACITY];
    private int[] nextSibling = new int[FIRST_CAPACITY];
    private int deltas;
    // Ordered, not hashed: whoever chooses the names of bases could make hashes collide.
    private final Map<ObjectId, Integer> childrenByBase = new ConcurrentSkipListMap<>();

    /** Adds an entry behind the others; its type and name are not known yet. */
    int add(long offset) {
        if (count == offsets.length) {
            grow();
        }
        offsets[count] = offset;
        firstChild[count] = NONE;
        nextSibling[count] = NONE;
        types[count] = Constants.OBJ_BAD;
        return count++;
    }

    private void grow() {
        int capacity = (int) Math.min(Integer.MAX_VALUE / OBJECT_ID_LENGTH, count * 2L);
        offsets = Arrays.copyOf(offsets, capacity);
        checksums = Arrays.copyOf(checksums, capacity);
        names = Arrays.copyOf(names, capacity * OBJECT_ID_LENGTH);
        types = Arrays.copyOf(types, capacity);
        firstChild = Arrays.copyOf(firstChild, capacity);
        nextSibling = Arrays.copyOf(nextSibling, capacity);
    }

    int count() {
        return count;
    }

    /** Entries that are deltas. */
    int deltas() {
        return deltas;
    }

    long offset(int entry) {
        return offsets[entry];
    }

    /** The entry that starts at an offset; empty: none does. */
    Optional<Integer> at(long offset) {
        int found = Arrays.binarySearch(offsets, 0, count, offset);
        return found < 0 ? Optional.empty() : Optional.of(found);
    }

    void checksum(int entry, int crc32) {
        checksums[entry] = crc32;
    }

    int checksum(int entry) {
        return checksums[entry];
    }

    /** Records what an entry turned out to be. */
    void resolve(int entry, int type, byte[] name) {
        System.arraycopy(name, 0, names, entry * OBJECT_ID_LENGTH, OBJECT_ID_LENGTH);
        types[entry] = (byte) type;
    }

    boolean isResolved(int entry) {
        return types[entry] != Constants.OBJ_BAD;
    }

    int type(int entry) {
        return types[entry];
    }

    ObjectId name(int entry) {
        return ObjectId.fromRaw(names, entry * OBJECT_ID_LENGTH);
    }

    /** All names, 20 bytes each. */
    byte[] names() {
        return names;
    }

    /** Says that an entry is a delta against another one. */
    void deltaAgainst(int entry, int base) {
        nextSibling[entry] = firstChild[base];
        firstChild[base] = entry;
        deltas++;
    }

    /** Says that an entry is a delta against a named object, in the pack or not. */
    void deltaAgainst(int entry, ObjectId base) {
        childrenByBase.merge(base, entry, (siblings, one) -> {
            nextSibling[one] = siblings;
            return one;
        });
        deltas++;
    }

    /**
     * Hands the deltas that say where an entry begins to one caller; nobody else gets them. The entry need not have a
     * name yet.
     *
     * @return the first of a list that {@link #nextSibling} continues, or {@link #NONE}
     */
    int claimChildrenByOffset(int entry) {
        int byOffset = firstChild[entry];
        firstChild[entry] = NONE;
        return byOffset;
    }

    /** Hands the deltas that name a resolved entry to one caller, as {@link #claimChildrenByOffset} does. */
    int claimChildrenByName(int entry) {
        if (childrenByBase.isEmpty()) {
            return NONE;
        }
        Integer byName = childrenByBase.remove(name(entry));
        return byName == null ? NONE : byName;
    }

    /** Whether an entry may have children; quick, and may say yes wrongly. */
    boolean mayHaveChildren(int entry) {
        return firstChild[entry] != NONE || !childrenByBase.isEmpty() && childrenByBase.containsKey(name(entry));
    }

    int nextSibling(int entry) {
        return nextSibling[entry];
    }

    /** Names of bases that no entry of the pack has turned out to be. */
    List<ObjectId> basesNotFound() {
        return List.copyOf(childrenByBase.keySet());
    }
}
