package dev.trine.server.repo;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.jgit.internal.storage.dfs.DfsPackFile;
import org.eclipse.jgit.internal.storage.dfs.DfsReader;
import org.eclipse.jgit.internal.storage.file.PackIndex;
import org.eclipse.jgit.lib.AnyObjectId;
import org.eclipse.jgit.lib.ObjectId;

/** The objects of a view's quarantined packs, and a reader for all of the view. Used by one thread. */
final class FreshObjects implements AutoCloseable {
    private final DfsReader reader;
    private final List<PackIndex> indexes;

    private FreshObjects(DfsReader reader, List<PackIndex> indexes) {
        this.reader = reader;
        this.indexes = indexes;
    }

    static FreshObjects open(ObjectView view) throws IOException {
        DfsReader reader = view.local().getObjectDatabase().newReader();
        try {
            List<PackIndex> indexes = new ArrayList<>();
            for (DfsPackFile pack : view.local().getObjectDatabase().getPacks()) {
                String name = pack.getPackDescription().getPackName();
                if (view.quarantinedPacks().stream().anyMatch(quarantined -> name.endsWith(quarantined.hex()))) {
                    indexes.add(pack.getPackIndex(reader));
                }
            }
            return new FreshObjects(reader, indexes);
        } catch (IOException e) {
            reader.close();
            throw e;
        }
    }

    /** Whether a quarantined pack holds the object. */
    boolean holds(AnyObjectId id) {
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
