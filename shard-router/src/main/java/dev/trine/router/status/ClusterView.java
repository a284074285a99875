package dev.trine.router.status;

import dev.trine.common.model.NodeId;
import dev.trine.router.metadata.Shard;
import dev.trine.router.nodes.NodeView;
import java.util.List;
import java.util.Map;

/**
 * The cluster.
 *
 * @param shards   in order of name
 * @param nodes    in order of name
 * @param lag      greatest lag per node among the repositories examined, in entries
 * @param metadata "ok", or why the metadata database cannot answer
 */
public record ClusterView(List<ShardView> shards, List<NodeView> nodes, Map<NodeId, Long> lag, String metadata) {
    /**
     * One shard.
     *
     * @param shard        itself
     * @param repositories that it holds, 0 while the database is away
     * @param lagging      repositories of which some replica is behind, among those examined
     * @param examined     the most recently routed
     */
    public record ShardView(Shard shard, long repositories, long lagging, long examined) {
    }

    /** Whether a node, the database or a replica is not as it should be, or one is withdrawn. */
    public boolean isDegraded() {
        return !metadata.equals("ok") || nodes.stream().anyMatch(node -> node.state() != NodeView.State.UP)
            || nodes.stream().flatMap(node -> node.status().stream()).anyMatch(status -> status.getPinned() > 0)
            || shards.stream().anyMatch(shard -> shard.lagging() > 0);
    }
}
