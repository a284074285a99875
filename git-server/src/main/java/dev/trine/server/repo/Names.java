package dev.trine.server.repo;

import dev.trine.common.model.ObjectName;
import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.eclipse.jgit.lib.AnyObjectId;
import org.eclipse.jgit.lib.ObjectId;

/** The model's names of objects as JGit's, and back. */
final class Names {
    private Names() {
    }

    static ObjectId id(ObjectName name) {
        return ObjectId.fromString(name.hex());
    }

    /** Ordered, not hashed: whoever names objects can make the hashes of their names equal. */
    static Set<ObjectId> ids(Collection<ObjectName> names) {
        return names.stream().map(Names::id).collect(Collectors.toCollection(TreeSet::new));
    }

    static ObjectName name(AnyObjectId id) {
        return new ObjectName(id.name());
    }
}
