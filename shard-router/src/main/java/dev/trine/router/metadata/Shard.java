package dev.trine.router.metadata;

import dev.trine.common.model.NodeId;
import java.util.List;

/** Three nodes that hold the same repositories, in slot order. */
public record Shard(String name, List<NodeId> nodes) {
    /** Nodes of a shard. */
    public static final int NODES = 3;

    public Shard {
        nodes = List.copyOf(nodes);
        if (name.isEmpty() || name.length() > 63) {
            throw new IllegalArgumentException("a shard's name has 1 to 63 characters: '" + name + "'");
        }
        if (nodes.size() != NODES || nodes.stream().distinct().count() != NODES) {
            throw new IllegalArgumentException("shard " + name + " needs " + NODES + " different nodes, not " + nodes);
        }
    }
}
