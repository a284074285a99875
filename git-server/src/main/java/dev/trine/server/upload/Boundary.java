package dev.trine.server.upload;

import java.util.Set;
import org.eclipse.jgit.lib.ObjectId;

/**
 * What a fetch does to the client's shallow boundary.
 *
 * @param shallow   commits that become part of the boundary
 * @param unshallow commits that stop being part of it
 * @param grafts    commits whose parents the pack's walk must not follow: the client's old boundary and the new one
 * @param wants     what the client lacks behind the commits that stop being part of the boundary: their parents
 */
record Boundary(Set<ObjectId> shallow, Set<ObjectId> unshallow, Set<ObjectId> grafts, Set<ObjectId> wants) {
}
