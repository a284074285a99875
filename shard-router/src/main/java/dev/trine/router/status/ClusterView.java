package dev.trine.router.status;

import dev.trine.router.metadata.Shard;
import java.util.List;

/**
 * The cluster.
 *
 * @param shards     in order of name
 * @param nodes      in order of name
 * @param metadata   "ok", or why the metadata database cannot answer
 * @param authorizer "ok", or why the external authorizer does not answer; empty: there is none
 */
public record ClusterView(List<ShardView> shards, List<NodeReport> nodes, String metadata, String authorizer) {
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

    /** Whether a node, the database, the authorizer or a replica is not as it should be, or one is withdrawn. */
    public boolean isDegraded() {
        return !metadata.equals("ok") || !authorizer.isEmpty() && !authorizer.equals("ok")
            || nodes.stream().anyMatch(NodeReport::isDegrading)
            || nodes.stream().flatMap(node -> node.view().status().stream()).anyMatch(status -> status.getPinned() > 0)
            || shards.stream().anyMatch(shard -> shard.lagging() > 0);
    }
}
