package dev.trine.server.replica;

import dev.trine.common.model.PackName;
import dev.trine.common.model.PushId;
import dev.trine.common.model.RepoId;
import dev.trine.server.replication.StagedPushes;
import dev.trine.server.store.ReplicaStore;
import dev.trine.server.store.StagedPush;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** The staged pushes of one loaded replica: in memory what the store has on disk. Called by many threads. */
final class StagedIndex implements StagedPushes {
    private final RepoId repo;
    private final ReplicaStore store;
    private final Map<PushId, StagedPush> staged = new ConcurrentHashMap<>();
    private volatile long gcGeneration;

    StagedIndex(RepoId repo, ReplicaStore store, List<StagedPush> stored, long gcGeneration) {
        this.repo = repo;
        this.store = store;
        this.gcGeneration = gcGeneration;
        stored.forEach(push -> staged.put(push.push(), push));
    }

    @Override
    public boolean isStaged(PushId push, List<PackName> packs) {
        StagedPush known = staged.get(push);
        return known != null && known.gcGeneration() == gcGeneration && known.packs().containsAll(packs);
    }

    Optional<StagedPush> get(PushId push) {
        return Optional.ofNullable(staged.get(push));
    }

    Collection<StagedPush> all() {
        return List.copyOf(staged.values());
    }

    /** Those that need not be checked again. */
    Collection<StagedPush> current() {
        return staged.values().stream().filter(push -> push.gcGeneration() == gcGeneration).toList();
    }

    /** Makes it durable, then known. */
    void stage(StagedPush push) {
        store.stage(repo, push);
        staged.put(push.push(), push);
    }

    /** Forgets it, here and on disk. Its packs stay until nothing pins them. */
    void unstage(PushId push) {
        store.unstage(repo, push);
        staged.remove(push);
    }

    /** The push is committed: the store's batch has forgotten it already. */
    void joined(PushId push) {
        staged.remove(push);
    }

    /**
     * Packs were swapped: what was staged under an older generation has to be checked again, except for pushes whose
     * objects were kept on purpose.
     */
    void swapped(long newGcGeneration, Collection<StagedPush> kept) {
        kept.forEach(push -> staged.computeIfPresent(push.push(), (id, now) -> now.equals(push)
            ? new StagedPush(id, now.packs(), now.tips(), newGcGeneration, now.at()) : now));
        gcGeneration = newGcGeneration;
    }

    /** Pushes that were staged before that time. */
    List<StagedPush> olderThan(Instant time) {
        return staged.values().stream().filter(push -> push.at().isBefore(time)).toList();
    }

    boolean isEmpty() {
        return staged.isEmpty();
    }
}
