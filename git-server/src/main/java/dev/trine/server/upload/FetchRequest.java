package dev.trine.server.upload;

import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import org.eclipse.jgit.lib.ObjectId;

/**
 * What a client wants to fetch, in whatever protocol version it said so.
 *
 * @param wants      ids it wants, those of wanted refs included; may name what does not exist
 * @param wantedRefs refs that it wants by name, with what they held
 * @param haves      ids it says it has, each once, in its order
 * @param shallow    its shallow boundary: commits that it has without their parents
 * @param deepen     what is to become of the boundary
 * @param filter     which objects it does not want to be sent
 * @param options    everything else
 */
record FetchRequest(Set<ObjectId> wants, SortedMap<String, ObjectId> wantedRefs, List<ObjectId> haves,
                    Set<ObjectId> shallow, Deepen deepen, Filter filter, Set<FetchOption> options) {
    boolean has(FetchOption option) {
        return options.contains(option);
    }
}
