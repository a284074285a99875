package dev.trine.server.repo;

import com.googlecode.javaewah.EWAHCompressedBitmap;
import org.eclipse.jgit.internal.storage.file.PackBitmapIndex;
import org.eclipse.jgit.lib.AnyObjectId;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;

/**
 * A pack's bitmaps, with the places of objects that were asked for last. A walk asks for every entry of every tree that
 * it meets, and most entries stay the same from commit to commit; each time two binary searches among all objects of
 * the pack would answer. Used by one thread.
 */
final class RememberedPlaces implements PackBitmapIndex {
    private static final int WORDS = Constants.OBJECT_ID_LENGTH / Integer.BYTES;
    private static final int SLOTS_MIN = 1 << 8;
    private static final int SLOTS_MAX = 1 << 16;
    private static final int GROWTH = 4;

    private final PackBitmapIndex bitmaps;
    private int[] ids = new int[SLOTS_MIN * WORDS];
    private int[] places = new int[SLOTS_MIN];
    private boolean[] used = new boolean[SLOTS_MIN];
    private int searched;

    /** Remembers none. */
    RememberedPlaces(PackBitmapIndex bitmaps) {
        this.bitmaps = bitmaps;
    }

    @Override
    public int findPosition(AnyObjectId object) {
        int slot = slot(object.hashCode());
        if (used[slot] && object.compareTo(ids, slot * WORDS) == 0) {
            return places[slot];
        }
        int place = bitmaps.findPosition(object);
        if (++searched > places.length && places.length < SLOTS_MAX) {
            grow();
            slot = slot(object.hashCode());
        }
        object.copyRawTo(ids, slot * WORDS);
        places[slot] = place;
        used[slot] = true;
        return place;
    }

    /** An id's hash code is its second word. */
    private int slot(int hash) {
        return hash & places.length - 1;
    }

    private void grow() {
        int[] oldIds = ids;
        int[] oldPlaces = places;
        boolean[] oldUsed = used;
        int slots = oldPlaces.length * GROWTH;
        ids = new int[slots * WORDS];
        places = new int[slots];
        used = new boolean[slots];
        searched = 0;
        for (int old = 0; old < oldPlaces.length; old++) {
            if (oldUsed[old]) {
                int slot = slot(oldIds[old * WORDS + 1]);
                System.arraycopy(oldIds, old * WORDS, ids, slot * WORDS, WORDS);
                places[slot] = oldPlaces[old];
                used[slot] = true;
            }
        }
    }

    @Override
    public byte[] getPackChecksum() {
        return bitmaps.getPackChecksum();
    }

    @Override
    public ObjectId getObject(int position) {
        return bitmaps.getObject(position);
    }

    @Override
    public EWAHCompressedBitmap ofObjectType(EWAHCompressedBitmap bitmap, int type) {
        return bitmaps.ofObjectType(bitmap, type);
    }

    @Override
    public EWAHCompressedBitmap getBitmap(AnyObjectId object) {
        return bitmaps.getBitmap(object);
    }

    @Override
    public int getObjectCount() {
        return bitmaps.getObjectCount();
    }

    @Override
    public int getBitmapCount() {
        return bitmaps.getBitmapCount();
    }

    @Override
    public int getBaseBitmapCount() {
        return bitmaps.getBaseBitmapCount();
    }

    @Override
    public long getBaseBitmapSizeInBytes() {
        return bitmaps.getBaseBitmapSizeInBytes();
    }

    @Override
    public int getXorBitmapCount() {
        return bitmaps.getXorBitmapCount();
    }

    @Override
    public long getXorBitmapSizeInBytes() {
        return bitmaps.getXorBitmapSizeInBytes();
    }

    /** JGit asks so whether what a builder holds can be a whole pack: whether its bitmaps are those of the pack. */
    @Override
    public boolean equals(Object other) {
        return bitmaps.equals(other instanceof RememberedPlaces same ? same.bitmaps : other);
    }

    @Override
    public int hashCode() {
        return bitmaps.hashCode();
    }
}
