package dev.trine.common.relay;

import dev.trine.common.config.HostPort;
import dev.trine.common.model.NodeId;
import dev.trine.common.model.RepoId;
import dev.trine.proto.ReadPoint;

/**
 * Where one Git operation goes.
 *
 * @param repo      the repository
 * @param path      its path as it is stored
 * @param node      the node to use
 * @param address   of the node's gRPC service
 * @param readPoint state that must be contained in what is served; passed on unread
 * @param stale     what is served may be older than the newest acknowledged state
 */
public record Route(RepoId repo, String path, NodeId node, HostPort address, ReadPoint readPoint, boolean stale) {
}
