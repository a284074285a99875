package dev.trine.server.repo;

import dev.trine.common.model.ObjectName;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.eclipse.jgit.errors.IncorrectObjectTypeException;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;

/** Which of several tips reach missing objects, through quarantined packs. Used by one thread. */
final class MissingByTip {
    private final FreshObjects fresh;
    private final Set<ObjectId> missing;
    /** What each object that was looked at reaches; empty: nothing missing. */
    private final Map<ObjectId, Optional<ObjectId>> reached = new TreeMap<>();

    MissingByTip(FreshObjects fresh, Set<ObjectId> missing) {
        this.fresh = fresh;
        this.missing = missing;
    }

    private record Frame(ObjectId object, Iterator<ObjectId> links) {
    }

    Map<ObjectName, ObjectName> of(Set<ObjectName> tips) throws IOException {
        Map<ObjectName, ObjectName> byTip = new HashMap<>();
        for (ObjectName tip : tips) {
            reachedBy(Names.id(tip)).ifPresent(object -> byTip.put(tip, Names.name(object)));
        }
        return byTip;
    }

    private Optional<ObjectId> reachedBy(ObjectId tip) throws IOException {
        Deque<Frame> path = new ArrayDeque<>();
        enter(tip, path);
        while (!path.isEmpty()) {
            Frame top = path.peek();
            if (!top.links.hasNext()) {
                path.pop();
                reached.putIfAbsent(top.object, Optional.empty());
                continue;
            }
            ObjectId linked = top.links.next();
            Optional<ObjectId> known = reached.get(linked);
            if (known == null) {
                enter(linked, path);
                known = reached.get(linked);
            }
            if (known != null && known.isPresent()) {
                for (Frame frame : path) {
                    reached.put(frame.object, known);
                }
                path.clear();
            }
        }
        return reached.getOrDefault(tip, Optional.empty());
    }

    private void enter(ObjectId object, Deque<Frame> path) throws IOException {
        if (missing.contains(object)) {
            reached.put(object, Optional.of(object));
        } else if (fresh.holds(object)) {
            path.push(new Frame(object, links(object).iterator()));
        } else {
            reached.put(object, Optional.empty());
        }
    }

    private List<ObjectId> links(ObjectId object) throws IOException {
        List<ObjectId> linked = new ArrayList<>();
        try {
            int type = fresh.typeOf(object);
            if (type != Constants.OBJ_BLOB) {
                ObjectLinks.visit(type, fresh.read(object, type), (raw, offset, linkedType) ->
                    linked.add(ObjectId.fromRaw(raw, offset)));
            }
        } catch (IncorrectObjectTypeException e) {
            throw new IOException("object " + object.name() + " changed its type", e);
        }
        return linked;
    }
}
