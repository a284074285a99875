package dev.trine.server.store;

import dev.trine.common.model.ObjectName;
import dev.trine.common.model.PackName;
import dev.trine.common.model.PushId;
import dev.trine.common.model.RefName;
import dev.trine.common.model.RefValue;
import dev.trine.common.model.RepoId;
import dev.trine.server.replication.Batch;
import dev.trine.server.replication.PullId;
import dev.trine.server.replication.RefTable;
import dev.trine.server.replication.ReplicaState;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * What a node remembers of its repositories' replicas. Each method that changes something has made it durable when it
 * returns, whole or not at all. Called by many threads; {@link #apply} for one repository by one thread at a time.
 * A repository that was never created has nothing: reads of it are empty, changes to it are a defect.
 */
public interface ReplicaStore {
    /** What was written so far. */
    WriteCounts writeCounts();

    /** Every repository of which there is a state, those retired and deleted included; in order of id. */
    List<RepoId> repositories();

    /** Those of them whose state is as wanted; one pass over the states, which are all that is read. */
    List<RepoId> repositories(Predicate<ReplicaState> wanted);

    /** Those of which pushes are staged; costs nothing for the others. */
    List<RepoId> repositoriesWithStaged();

    /** How many replicas there are, without those whose contents were deleted. Costs nothing. */
    long count();

    /**
     * Starts a replica, with the refs that exist at its committed position.
     *
     * @return false: the node has or had a replica of it; nothing was changed
     */
    boolean create(RepoId repo, ReplicaState state, Map<RefName, RefValue> refs);

    /** All that a replica starts from after a restart. */
    Optional<StoredRepository> load(RepoId repo);

    /**
     * Makes one step durable. Old values of direct refs that it changes are remembered as replaced tips; packs that
     * join stop to be staged.
     */
    void apply(RepoId repo, Batch batch);

    /** One unchanging state of a replica; the caller closes it. */
    Optional<ReplicaSnapshot> snapshot(RepoId repo);

    /** The refs as the last batch left them, whenever they are read; for the thread that applies. */
    RefTable refs(RepoId repo);

    /**
     * Lists the packs of a push that are durable but not committed; replaces what was staged under the push's id. Is
     * itself durable from the step on that puts the push into the log: until then a restart forgets it.
     */
    void stage(RepoId repo, StagedPush push);

    /** Forgets a staged push. Its packs may be removed afterwards, unless {@link #lists} says otherwise. */
    void unstage(RepoId repo, PushId push);

    /** Pushes that are staged and not committed, in order of id. */
    List<StagedPush> staged(RepoId repo);

    /**
     * Swaps packs of the committed pack set: pushes staged before have to be checked again.
     *
     * @param added    durable packs
     * @param replaced packs of the committed pack set
     * @return the new generation of the object store
     */
    long replacePacks(RepoId repo, List<PackName> added, List<PackName> replaced);

    /** Whether the committed pack set or a staged push lists the pack. */
    boolean lists(RepoId repo, PackName pack);

    /**
     * Begins to take in a pulled state beside the present one; a batch that names the id switches to it. What is not
     * switched to is gone when it is closed, or after a restart.
     */
    PulledRefs pull(RepoId repo, PullId id);

    /** Objects that a ref named and no longer names since that time or later. */
    Set<ObjectName> replacedTips(RepoId repo, Instant since);

    /** Forgets tips that were replaced before that time. */
    void forgetReplacedTips(RepoId repo, Instant before);

    /**
     * Deletes all of a replica but its state, which stays as a tombstone, with its base at the committed position: the
     * id is never used again.
     */
    void deleteContents(RepoId repo);
}
