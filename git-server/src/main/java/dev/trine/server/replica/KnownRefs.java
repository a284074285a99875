package dev.trine.server.replica;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.trine.common.model.Position;
import dev.trine.common.model.RefUpdate;
import dev.trine.common.model.RepoId;
import dev.trine.server.hosting.RefListing;
import dev.trine.server.repo.PackedRefs;
import dev.trine.server.store.ReplicaSnapshot;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The refs of repositories that were listed lately, in memory, ready to be sent: all clients at one version share them.
 * A position names one exact state of a repository's refs; a later one is made from it by what the log says was changed
 * in between. Bounded by the heap that they take. Called by many threads.
 */
final class KnownRefs {
    /** States of one repository that are kept: views that were opened earlier may yet be listed. */
    private static final int STATES_MAX = 8;
    /** From so many log entries on all refs are read anew. */
    private static final int ENTRIES_MAX = 2_000;
    private static final Duration UNUSED_MAX = Duration.ofMinutes(30);
    private static final int HEAP_PART = 8;
    private static final long LEAST_BYTES = 1_024;

    private final Cache<RepoId, States> known;

    /**
     * Knows nothing yet.
     *
     * @param bytesMax heap that may be taken, about
     */
    KnownRefs(long bytesMax) {
        this.known = Caffeine.newBuilder().expireAfterAccess(UNUSED_MAX).maximumWeight(bytesMax / LEAST_BYTES)
            .weigher((RepoId repo, States states) -> states.weight()).build();
    }

    /** Takes what is fair of the heap of a node: 128 MiB of a GiB, enough for a million refs. */
    static KnownRefs inPartOfHeap() {
        return new KnownRefs(Runtime.getRuntime().maxMemory() / HEAP_PART);
    }

    /** The refs of one state. */
    private record State(Position at, PackedRefs refs) {
    }

    /** What is known of one repository. */
    private static final class States {
        private final ReentrantLock lock = new ReentrantLock();
        private final List<State> newestLast = new ArrayList<>(); // guarded by lock: the next is made from the last

        Optional<PackedRefs> at(ReplicaSnapshot snapshot) {
            lock.lock();
            try {
                Position at = snapshot.state().committed();
                for (State state : newestLast.reversed()) {
                    if (state.at.equals(at)) {
                        return Optional.of(state.refs);
                    }
                    Optional<List<RefUpdate>> changes = snapshot.changesSince(state.at, ENTRIES_MAX);
                    if (changes.isPresent()) {
                        return Optional.of(add(at, state.refs.with(changes.get())));
                    }
                }
                return Optional.empty();
            } finally {
                lock.unlock();
            }
        }

        PackedRefs read(ReplicaSnapshot snapshot) {
            lock.lock();
            try {
                return at(snapshot).orElseGet(() ->
                    add(snapshot.state().committed(), PackedRefs.read(snapshot.refs())));
            } finally {
                lock.unlock();
            }
        }

        private PackedRefs add(Position at, PackedRefs refs) {
            int later = newestLast.size();
            while (later > 0 && newestLast.get(later - 1).at.version() > at.version()) {
                later--;
            }
            newestLast.add(later, new State(at, refs));
            if (newestLast.size() > STATES_MAX) {
                newestLast.removeFirst();
            }
            return refs;
        }

        /** One state's; the others share almost all of it. */
        private int weight() {
            lock.lock();
            try {
                return newestLast.isEmpty() ? 1
                    : Math.toIntExact(1 + newestLast.getLast().refs.bytes() / LEAST_BYTES);
            } finally {
                lock.unlock();
            }
        }
    }

    /** The refs of a state, which must stay readable while they are listed. */
    RefListing of(RepoId repo, ReplicaSnapshot snapshot) {
        return (prefix, visitor) -> {
            Optional<PackedRefs> refs = Optional.ofNullable(known.getIfPresent(repo))
                .flatMap(states -> states.at(snapshot));
            if (refs.isPresent()) {
                refs.get().list(prefix, visitor);
            } else if (isMost(prefix)) {
                read(repo, snapshot).list(prefix, visitor);
            } else {
                RefListing.of(snapshot.refs()).list(prefix, visitor);
            }
        };
    }

    private static boolean isMost(String prefix) {
        return "refs/heads/".startsWith(prefix);
    }

    private PackedRefs read(RepoId repo, ReplicaSnapshot snapshot) {
        States states = known.get(repo, id -> new States());
        PackedRefs refs = states.read(snapshot);
        known.put(repo, states); // weighs it again
        return refs;
    }
}
