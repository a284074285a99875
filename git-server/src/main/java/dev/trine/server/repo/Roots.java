package dev.trine.server.repo;

import dev.trine.common.model.ObjectName;
import dev.trine.common.model.RefName;
import dev.trine.common.model.RefValue;
import dev.trine.server.replication.RefTable;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;
import org.eclipse.jgit.lib.ObjectId;

/**
 * What a table's refs name, by who asks for it: clones want branches and tags, hardly anybody wants the others. A
 * repository without branches and tags has the others as its main ones.
 *
 * @param main       objects that branches, tags and a detached HEAD name
 * @param tags       those of them that tags name
 * @param tagTargets what annotated tags peel to
 * @param others     objects that only other refs name
 */
record Roots(Set<ObjectId> main, Set<ObjectId> tags, Set<ObjectId> tagTargets, Set<ObjectId> others) {
    static Roots read(RefTable refs) {
        Set<ObjectId> heads = new HashSet<>();
        Set<ObjectId> tags = new HashSet<>();
        Set<ObjectId> tagTargets = new HashSet<>();
        Set<ObjectId> others = new HashSet<>();
        refs.scan("", (name, value) -> {
            if (value instanceof RefValue.Direct direct) {
                ObjectId id = Names.id(direct.id());
                if (name.value().startsWith("refs/tags/")) {
                    tags.add(id);
                    direct.peeled().map(Names::id).ifPresent(tagTargets::add);
                } else if (name.value().startsWith("refs/heads/") || name.equals(RefName.HEAD)) {
                    heads.add(id);
                } else {
                    others.add(id);
                }
            }
            return true;
        });
        tags.removeAll(heads);
        Set<ObjectId> main = new HashSet<>(heads);
        main.addAll(tags);
        others.removeAll(main);
        return main.isEmpty() ? new Roots(others, tags, tagTargets, Set.of())
            : new Roots(main, tags, tagTargets, others);
    }

    /** All objects that a view's refs name, and those of some more that are there. */
    static Set<ObjectName> survivors(ObjectView view, Set<ObjectName> more) throws IOException {
        Set<ObjectName> all = new HashSet<>();
        view.refs().scan("", (name, value) -> {
            if (value instanceof RefValue.Direct direct) {
                all.add(direct.id());
            }
            return true;
        });
        for (ObjectName each : more) {
            if (!all.contains(each) && view.has(each)) {
                all.add(each);
            }
        }
        return all;
    }
}
