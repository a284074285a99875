package dev.trine.server.repo;

import dev.trine.common.model.PackName;
import dev.trine.common.model.RepoId;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.eclipse.jgit.errors.MissingObjectException;
import org.eclipse.jgit.internal.storage.file.PackIndex;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectIdSet;
import org.eclipse.jgit.lib.ObjectReader;
import org.eclipse.jgit.revwalk.RevFlag;
import org.eclipse.jgit.revwalk.RevObject;
import org.eclipse.jgit.revwalk.RevWalk;

/** Collects what is to survive outside of the main pack, without recursion. Used by one thread. */
final class RestObjects implements AutoCloseable {
    private final ObjectReader reader;
    private final ObjectIdSet main;
    private final RevWalk pool;
    private final RevFlag taken;
    private final List<RevObject> objects = new ArrayList<>();
    private final Deque<RevObject> open = new ArrayDeque<>();

    /** Empty; objects of the main pack are never collected. */
    RestObjects(ObjectReader reader, ObjectIdSet main) {
        this.reader = reader;
        this.main = main;
        this.pool = new RevWalk(reader);
        this.taken = pool.newFlag("taken");
    }

    /** Takes an object that somebody may come for, whatever it reaches. */
    void add(ObjectId id, int type) {
        if (!main.contains(id)) {
            RevObject object = pool.lookupAny(id, type);
            if (!object.has(taken)) {
                object.add(taken);
                objects.add(object);
            }
        }
    }

    /** Takes all objects of a pack. */
    void addAll(PackFiles files, RepoId repo, PackName pack) throws IOException {
        Optional<StorageTrouble> trouble = files.examine(repo, pack, bytes -> { });
        if (trouble.isPresent()) {
            files.troubles().found(repo, trouble.get());
            throw new StorageTroubleException(repo, trouble.get());
        }
        PackedTypes.visit(files.pack(repo, pack), PackIndex.open(files.index(repo, pack).toFile()), this::add);
    }

    /**
     * Takes all that the roots reach.
     *
     * @throws MissingObjectException some of it is not there
     */
    void addReachable(Collection<ObjectId> roots) throws IOException {
        for (ObjectId root : roots) {
            enter(root, reader.open(root).getType());
        }
        walk(true);
    }

    /** Takes what the roots reach of what is there. */
    void addReachableOfWhatIsThere(Collection<ObjectId> roots) throws IOException {
        for (ObjectId root : roots) {
            if (reader.has(root)) {
                enter(root, reader.open(root).getType());
            }
        }
        walk(false);
    }

    private void enter(ObjectId id, int type) {
        int before = objects.size();
        add(id, type);
        if (objects.size() > before && type != Constants.OBJ_BLOB) {
            open.push(objects.getLast());
        }
    }

    private record Link(ObjectId id, int type) {
    }

    private void walk(boolean strict) throws IOException {
        while (!open.isEmpty()) {
            RevObject object = open.pop();
            List<Link> links = new ArrayList<>();
            ObjectLinks.visit(object.getType(),
                reader.open(object, object.getType()).getCachedBytes(Integer.MAX_VALUE),
                (raw, offset, type) -> links.add(new Link(ObjectId.fromRaw(raw, offset), type)));
            for (Link link : links) {
                if (main.contains(link.id) || isThere(link.id)) {
                    enter(link.id, link.type);
                } else if (strict) {
                    throw new MissingObjectException(link.id, "object that " + object.name() + " names");
                }
            }
        }
    }

    private boolean isThere(ObjectId id) throws IOException {
        RevObject known = pool.lookupOrNull(id);
        return known != null && known.has(taken) || reader.has(id);
    }

    /** All that was taken, each object once. */
    List<RevObject> objects() {
        return objects;
    }

    @Override
    public void close() {
        pool.close();
    }
}
