package dev.trine.server.store;

import dev.trine.common.model.ObjectName;
import dev.trine.common.model.PackName;
import dev.trine.common.model.PushId;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/**
 * A push whose objects are durable on this node but not committed.
 *
 * @param push         the push
 * @param packs        packs that bring its objects; none: it brings no objects
 * @param tips         the refs' new values, checked to be complete with these packs
 * @param gcGeneration generation of the object store in which they were checked
 * @param at           when
 */
public record StagedPush(PushId push, List<PackName> packs, Set<ObjectName> tips, long gcGeneration, Instant at) {
    public StagedPush {
        packs = List.copyOf(packs);
        tips = Set.copyOf(tips);
    }
}
