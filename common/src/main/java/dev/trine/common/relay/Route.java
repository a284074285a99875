package dev.trine.common.relay;

import dev.trine.common.config.HostPort;
import dev.trine.common.model.NodeId;
import dev.trine.common.model.RepoId;
import dev.trine.proto.ReadPoint;
import dev.trine.proto.RefLimit;
import java.util.List;

/**
 * Where one Git operation goes.
 *
 * @param repo      the repository
 * @param path      its path as it is stored
 * @param node      the node to use
 * @param address   of the node's gRPC service
 * @param readPoint state that must be contained in what is served; passed on unread
 * @param stale     what is served may be older than the newest acknowledged state
 * @param refLimits of a push: what its user may not do with some refs; passed on unread
 */
public record Route(RepoId repo, String path, NodeId node, HostPort address, ReadPoint readPoint, boolean stale,
                    List<RefLimit> refLimits) {
    public Route {
        refLimits = List.copyOf(refLimits);
    }
}
