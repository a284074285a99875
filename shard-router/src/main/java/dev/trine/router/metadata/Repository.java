package dev.trine.router.metadata;

import dev.trine.common.model.RepoId;
import dev.trine.router.routing.Placement;
import java.time.Instant;

/**
 * A repository as the directory knows it.
 *
 * @param id            never reused; its data on the nodes is kept under this id
 * @param path          unique among all repositories
 * @param shard         name of the shard that it was created on
 * @param phase         of its life
 * @param placement     the newest that the directory has heard of
 * @param defaultBranch full name of the ref that HEAD pointed at when it was created
 * @param created       when
 * @param policy        what holds in it whoever comes
 */
public record Repository(RepoId id, RepoPath path, String shard, Phase phase, Placement placement,
                         String defaultBranch, Instant created, Policy policy) {
    /** The phases of a repository's life. */
    public enum Phase {
        /** Its replicas are being made; nothing is served. */
        CREATING,
        /** It is served. */
        ACTIVE,
        /** Its replicas are being deleted; nothing is served. */
        DELETING
    }

    /** The same repository at another generation. */
    public Repository at(Placement newer) {
        return new Repository(id, path, shard, phase, newer, defaultBranch, created, policy);
    }
}
