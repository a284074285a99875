package dev.trine.server.repo;

import dev.trine.common.model.ObjectName;
import org.eclipse.jgit.lib.AnyObjectId;
import org.eclipse.jgit.lib.ObjectId;

/** The model's names of objects as JGit's, and back. */
final class Names {
    private Names() {
    }

    static ObjectId id(ObjectName name) {
        return ObjectId.fromString(name.hex());
    }

    static ObjectName name(AnyObjectId id) {
        return new ObjectName(id.name());
    }
}
