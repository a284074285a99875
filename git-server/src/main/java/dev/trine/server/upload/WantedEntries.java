package dev.trine.server.upload;

import com.googlecode.javaewah.EWAHCompressedBitmap;
import com.googlecode.javaewah.IntIterator;
import java.io.IOException;
import java.util.BitSet;
import java.util.LinkedHashSet;
import java.util.Set;
import org.eclipse.jgit.internal.storage.file.BitmapIndexImpl;
import org.eclipse.jgit.internal.storage.file.PackBitmapIndex;
import org.eclipse.jgit.lib.AnyObjectId;
import org.eclipse.jgit.lib.BitmapIndex;
import org.eclipse.jgit.lib.BitmapIndex.BitmapBuilder;
import org.eclipse.jgit.lib.BitmapObject;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectReader;
import org.eclipse.jgit.lib.ProgressMonitor;
import org.eclipse.jgit.revwalk.ObjectWalk;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevObject;

/** Which objects a pack is to hold: those of a stored pack by their places in it, the others by name. */
final class WantedEntries {
    /** More objects than this outside the pack, and as a part of all, are better searched for deltas. */
    private static final int OTHERS_MAX = 2_000;
    private static final int OTHERS_PART = 20;

    private final PackBitmapIndex places;
    private final BitSet inPack;
    private final Set<ObjectId> others = new LinkedHashSet<>();

    /** None yet. */
    WantedEntries(PackBitmapIndex places) {
        this.places = places;
        this.inPack = new BitSet(places.getObjectCount());
    }

    /**
     * What a bitmap says.
     *
     * @param needed   by the bitmap index of that pack
     * @param explicit objects that were asked for by name: they are sent though they are blobs
     * @param blobs    whether blobs are sent
     */
    static WantedEntries of(PackBitmapIndex places, BitmapBuilder needed, Set<ObjectId> explicit, boolean blobs) {
        WantedEntries wanted = new WantedEntries(places);
        EWAHCompressedBitmap bits = needed.retrieveCompressed();
        int count = places.getObjectCount();
        EWAHCompressedBitmap outside = new EWAHCompressedBitmap();
        for (IntIterator i = bits.intIterator(); i.hasNext();) {
            int place = i.next();
            if (place < count) {
                wanted.inPack.set(place);
            } else {
                outside.set(place);
            }
        }
        wanted.addOutside(outside, needed.getBitmapIndex(), blobs);
        if (!blobs) {
            for (IntIterator i = places.ofObjectType(bits, Constants.OBJ_BLOB).intIterator(); i.hasNext();) {
                wanted.inPack.clear(i.next());
            }
            explicit.forEach(wanted::add);
        }
        return wanted;
    }

    /** Only the index knows what it counts beyond the pack; it would look at all objects of the pack first. */
    private void addOutside(EWAHCompressedBitmap bits, BitmapIndex index, boolean blobs) {
        if (!(index instanceof BitmapIndexImpl counted)) {
            throw new IllegalArgumentException("not the index of a pack's bitmaps: " + index.getClass());
        }
        for (BitmapObject object : new BitmapIndexImpl.CompressedBitmap(bits, counted)) {
            if (blobs || object.getType() != Constants.OBJ_BLOB) {
                others.add(object.getObjectId().copy());
            }
        }
    }

    /**
     * What is met on the way from the wants to the grafts, of which no bitmap knows.
     *
     * @param selection without common objects; its filter lets everything through, or everything but blobs
     */
    static WantedEntries walked(PackBitmapIndex places, ObjectReader reader, ObjectSelection selection,
                                ProgressMonitor progress) throws IOException {
        WantedEntries wanted = new WantedEntries(places);
        boolean blobs = selection.filter() instanceof Filter.Everything;
        try (ObjectWalk walk = new ObjectWalk(reader)) {
            walk.setRetainBody(false);
            walk.assumeShallow(selection.grafts());
            for (ObjectId want : selection.wants()) {
                walk.markStart(walk.parseAny(want));
                wanted.add(want);
            }
            for (RevCommit commit = walk.next(); commit != null; commit = walk.next()) {
                wanted.add(commit);
                progress.update(1);
            }
            for (RevObject object = walk.nextObject(); object != null; object = walk.nextObject()) {
                if (blobs || object.getType() != Constants.OBJ_BLOB) {
                    wanted.add(object);
                    progress.update(1);
                }
            }
        }
        return wanted;
    }

    /** Adds an object, if it is not among them. */
    void add(AnyObjectId object) {
        int place = places.findPosition(object);
        if (place >= 0) {
            inPack.set(place);
        } else {
            others.add(object.copy());
        }
    }

    boolean holds(AnyObjectId object) {
        int place = places.findPosition(object);
        return place >= 0 ? inPack.get(place) : others.contains(object);
    }

    /** Those of the pack, by their places. */
    BitSet inPack() {
        return inPack;
    }

    /** Those that are not in it. */
    Set<ObjectId> others() {
        return others;
    }

    /** Whether most of them are in the pack. */
    boolean areMostlyInPack() {
        return others.size() <= OTHERS_MAX && others.size() <= inPack.cardinality() / OTHERS_PART;
    }
}
