package dev.trine.router.directory;

import dev.trine.router.metadata.Node;
import dev.trine.router.metadata.Shard;
import java.util.List;

/** All nodes and shards, each in order of name. */
public record ClusterMap(List<Node> nodes, List<Shard> shards) {
    public ClusterMap {
        nodes = List.copyOf(nodes);
        shards = List.copyOf(shards);
    }
}
