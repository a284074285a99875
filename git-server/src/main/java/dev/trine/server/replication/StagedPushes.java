package dev.trine.server.replication;

import dev.trine.common.model.PackName;
import dev.trine.common.model.PushId;
import java.util.List;

/** Knows whether the objects of a push are durable on this node. Answers at once, from memory. */
@FunctionalInterface
public interface StagedPushes {
    /**
     * Whether everything reachable from the push's new values is durable here and was checked since the object store
     * was last swapped. A push without packs counts only if its tips were checked.
     */
    boolean isStaged(PushId push, List<PackName> packs);
}
