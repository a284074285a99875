package dev.trine.router.status;

import dev.trine.router.metadata.Repository;
import java.util.List;

/**
 * A repository with its replicas.
 *
 * @param repository as the directory knows it
 * @param lockHolder name of the node that holds the write lock; empty: none is known to
 * @param replicas   in slot order
 */
public record RepositoryView(Repository repository, String lockHolder, List<ReplicaView> replicas) {
}
