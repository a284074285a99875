package dev.trine.router.metadata;

import dev.trine.common.model.Incarnation;
import dev.trine.common.model.Member;
import dev.trine.common.model.NodeId;
import java.util.Optional;

/**
 * A git server.
 *
 * @param id          its name
 * @param zone        where it stands
 * @param address     "host:port" of its gRPC service
 * @param incarnation of the disk that was registered; empty until the node was first reached
 */
public record Node(NodeId id, String zone, String address, Optional<Incarnation> incarnation) {
    /** The node with its registered disk. */
    public Optional<Member> member() {
        return incarnation.map(disk -> new Member(id, disk));
    }
}
