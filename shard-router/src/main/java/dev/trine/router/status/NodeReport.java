package dev.trine.router.status;

import dev.trine.router.nodes.NodeView;
import java.util.List;

/**
 * A node, and what an operator should know of it.
 *
 * @param view    what its last heartbeat showed
 * @param lag     greatest lag among the repositories examined, in entries
 * @param problem what is amiss, and which command helps, in one sentence; empty: nothing
 * @param shards  names of the shards that it belongs to
 */
public record NodeReport(NodeView view, long lag, String problem, List<String> shards) {
    public NodeReport {
        shards = List.copyOf(shards);
    }

    /** Whether the cluster is not as it should be because of this node; a spare one may come and go. */
    boolean isDegrading() {
        return !problem.isEmpty() && !shards.isEmpty();
    }
}
