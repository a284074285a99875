package dev.trine.router.nodes;

import dev.trine.proto.NodeStatusReply;
import dev.trine.router.metadata.Node;
import java.util.Optional;

/**
 * A node as this router last saw it.
 *
 * @param node    as registered
 * @param state   what its last heartbeat showed
 * @param status  what it last said itself; empty while it is down
 * @param problem why it is not up, for people; empty: it is
 */
public record NodeView(Node node, State state, Optional<NodeStatusReply> status, String problem) {
    /** What a heartbeat shows. */
    public enum State {
        /** The registered disk answers. */
        UP,
        /** Nothing answers. */
        DOWN,
        /** The node answers with another disk than the registered one. */
        WIPED,
        /** Another node answers at its address. */
        FOREIGN
    }
}
