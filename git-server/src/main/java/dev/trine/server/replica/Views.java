package dev.trine.server.replica;

import dev.trine.common.model.PackName;
import dev.trine.common.model.RepoId;
import dev.trine.server.repo.GitObjects;
import dev.trine.server.repo.ObjectView;
import dev.trine.server.store.ReplicaSnapshot;
import dev.trine.server.store.ReplicaStore;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** Opens views in which refs, pack set and pack files belong together. Called by many threads. */
final class Views {
    private final ReplicaStore store;
    private final GitObjects objects;
    private final Clock clock;
    private final KnownRefs known;

    /**
     * Opens nothing.
     *
     * @param known keeps refs that are listed
     */
    Views(ReplicaStore store, GitObjects objects, KnownRefs known, Clock clock) {
        this.known = known;
        this.store = store;
        this.objects = objects;
        this.clock = clock;
    }

    /** The newest committed state; empty: the node has no replica. */
    Optional<CommittedView> open(RepoId repo) {
        return open(repo, snapshot -> List.of());
    }

    /**
     * The newest committed state with some quarantined packs, which the caller holds; empty: the node has no replica.
     *
     * @param quarantined names those packs for the state that is shown
     */
    Optional<CommittedView> open(RepoId repo, Function<ReplicaSnapshot, List<PackName>> quarantined) {
        while (true) {
            Instant now = clock.instant();
            Optional<ReplicaSnapshot> snapshot = store.snapshot(repo);
            if (snapshot.isEmpty()) {
                return Optional.empty();
            }
            CommittedView view = view(repo, snapshot.get(), quarantined.apply(snapshot.get()), now);
            if (isCurrent(repo, snapshot.get().gcGeneration())) {
                return Optional.of(view);
            }
            // packs were swapped after the snapshot: its files may have gone before the view could hold them
            view.close();
        }
    }

    /**
     * The newest committed state, some packs left out and others besides, which the caller holds; empty: the node has
     * no replica. Nobody may swap packs meanwhile.
     */
    Optional<CommittedView> open(RepoId repo, Set<PackName> without, Set<PackName> besides) {
        return store.snapshot(repo).map(snapshot -> new CommittedView(snapshot, objects.open(repo, snapshot.refs(),
            snapshot.packs().stream().filter(pack -> !without.contains(pack)).toList(), List.copyOf(besides)),
            known.of(repo, snapshot), clock.instant()));
    }

    /** The same refs and packs with quarantined packs besides; closing it leaves the other view open. */
    ObjectView with(CommittedView view, List<PackName> quarantined) {
        return objects.open(view.id(), view.refs(), view.objects().committedPacks(), quarantined);
    }

    private CommittedView view(RepoId repo, ReplicaSnapshot snapshot, List<PackName> quarantined,
                               Instant now) {
        boolean opened = false;
        try {
            CommittedView view = new CommittedView(snapshot,
                objects.open(repo, snapshot.refs(), snapshot.packs(), quarantined), known.of(repo, snapshot), now);
            opened = true;
            return view;
        } finally {
            if (!opened) {
                snapshot.close();
            }
        }
    }

    private boolean isCurrent(RepoId repo, long gcGeneration) {
        try (ReplicaSnapshot now = store.snapshot(repo).orElseThrow()) {
            return now.gcGeneration() == gcGeneration;
        }
    }
}
