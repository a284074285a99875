package dev.trine.server.repo;

import dev.trine.common.model.ObjectName;
import dev.trine.common.model.PackName;
import java.util.List;
import java.util.Set;

/**
 * Packs that can take the place of others. The caller takes {@code replaced} off the committed pack set and puts
 * {@code added} on it in one durable batch (packs committed meanwhile stay), then closes {@code pin} and calls
 * {@link PackFiles#reap} for the replaced.
 *
 * @param added    durable on disk; may be empty
 * @param replaced were in the view's committed pack set; disjoint from {@code added}
 * @param roots    all that these reach survives: the view's refs, and what was to be kept. An object that must survive
 *                 and is not reached by them, because it came meanwhile, has to be checked against them
 * @param pin      holds the added ones
 */
public record Compacted(List<PackName> added, List<PackName> replaced, Set<ObjectName> roots, PackPin pin) {
    public Compacted {
        added = List.copyOf(added);
        replaced = List.copyOf(replaced);
        roots = Set.copyOf(roots);
    }
}
