package dev.trine.server.repo;

import dev.trine.common.model.PackName;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.eclipse.jgit.internal.storage.dfs.DfsPackFile;
import org.eclipse.jgit.internal.storage.dfs.DfsReader;
import org.eclipse.jgit.internal.storage.file.PackIndex;
import org.eclipse.jgit.lib.AnyObjectId;
import org.eclipse.jgit.lib.ObjectId;

/** The objects of a view's quarantined packs, and a reader for all of the view. Used by one thread. */
final class FreshObjects implements AutoCloseable {
    private final DfsReader reader;
    private final List<PackIndex> open;
    private final List<PackIndex> selfContained;

    private FreshObjects(DfsReader reader, List<PackIndex> open, List<PackIndex> selfContained) {
        this.reader = reader;
        this.open = open;
        this.selfContained = selfContained;
    }

    static FreshObjects open(ObjectView view) throws IOException {
        DfsReader reader = view.local().getObjectDatabase().newReader();
        try {
            Set<PackName> quarantined = Set.copyOf(view.quarantinedPacks());
            List<PackIndex> open = new ArrayList<>();
            List<PackIndex> selfContained = new ArrayList<>();
            for (DfsPackFile pack : view.local().getObjectDatabase().getPacks()) {
                PackName name = LocalObjectDatabase.name(pack.getPackDescription());
                if (view.selfContainedPacks().contains(name)) {
                    selfContained.add(pack.getPackIndex(reader));
                } else if (quarantined.contains(name)) {
                    open.add(pack.getPackIndex(reader));
                }
            }
            return new FreshObjects(reader, open, selfContained);
        } catch (IOException e) {
            reader.close();
            throw e;
        }
    }

    /** Whether a quarantined pack holds the object, and all that it reaches has to be looked for. */
    boolean holds(AnyObjectId id) {
        return has(open, id) && !isProven(id);
    }

    /** Whether a quarantined pack holds the object with all that it reaches. */
    boolean isProven(AnyObjectId id) {
        return has(selfContained, id);
    }

    private static boolean has(List<PackIndex> indexes, AnyObjectId id) {
        for (PackIndex index : indexes) {
            if (index.hasObject(id)) {
                return true;
            }
        }
        return false;
    }

    /** Whether any pack of the view holds the object. */
    boolean exists(AnyObjectId id) throws IOException {
        return reader.has(id);
    }

    /** Type of an object that exists. */
    int typeOf(ObjectId id) throws IOException {
        return reader.open(id).getType();
    }

    /**
     * Bytes of a commit, tree or tag that exists.
     *
     * @throws org.eclipse.jgit.errors.IncorrectObjectTypeException it is of another type
     */
    byte[] read(ObjectId id, int type) throws IOException {
        return reader.open(id, type).getCachedBytes(Integer.MAX_VALUE);
    }

    @Override
    public void close() {
        reader.close();
    }
}
