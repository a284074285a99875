package dev.trine.router.status;

import dev.trine.common.model.NodeId;
import dev.trine.proto.ReplicaDescription;
import java.util.Optional;

/**
 * One replica.
 *
 * @param node        that holds it
 * @param zone        of the node
 * @param state       in comparison with the others
 * @param lag         entries that it is behind the newest that any replica has committed
 * @param description what the node says; empty: it does not answer
 * @param problem     what is wrong, for people; empty: nothing
 */
public record ReplicaView(NodeId node, String zone, ReplicaState state, long lag,
                          Optional<ReplicaDescription> description, String problem) {
}
