package dev.trine.server.store;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.trine.common.model.PackName;
import dev.trine.common.model.Position;
import dev.trine.common.model.RepoId;
import dev.trine.server.replication.LogEntry;
import dev.trine.server.replication.ReplicaState;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Pack sets of repositories that were used lately. Each push adds a key to the set and folding packs deletes many: to
 * read them all for each request would cost more with every push. A set is named by the committed position and by how
 * often packs were swapped; a later one is made from it by what the log says has joined. Called by many threads.
 */
final class KnownPacks {
    private static final int NAMES_MAX = 200_000;
    private static final int ENTRIES_MAX = 2_000;
    private static final Duration UNUSED_MAX = Duration.ofMinutes(30);

    private final Cache<RepoId, Known> known = Caffeine.newBuilder().expireAfterAccess(UNUSED_MAX)
        .maximumWeight(NAMES_MAX).weigher((RepoId repo, Known packs) -> 1 + packs.names.size()).build();

    /** One pack set, in order of name. */
    private record Known(Position at, long gcGeneration, List<PackName> names) {
        boolean isBefore(Known other) {
            return gcGeneration < other.gcGeneration
                || gcGeneration == other.gcGeneration && at.version() < other.at.version();
        }
    }

    /** The committed pack set of a replica in that state, in order of name. */
    List<PackName> of(RepoId repo, RocksReplica replica, ReplicaState state) {
        long gcGeneration = replica.gcGeneration();
        Optional<Known> before = Optional.ofNullable(known.getIfPresent(repo))
            .filter(packs -> packs.gcGeneration == gcGeneration);
        if (before.isPresent() && before.get().at.equals(state.committed())) {
            return before.get().names;
        }
        List<PackName> names = before.flatMap(packs -> replica.pushesSince(state, packs.at, ENTRIES_MAX)
            .map(joined -> with(packs.names, joined))).orElseGet(replica::packs);
        Known now = new Known(state.committed(), gcGeneration, names);
        known.asMap().merge(repo, now, (present, offered) -> present.isBefore(offered) ? offered : present);
        return names;
    }

    private static List<PackName> with(List<PackName> names, List<LogEntry.Push> joined) {
        return Stream.concat(names.stream(), joined.stream().flatMap(push -> push.packs().stream())).distinct()
            .sorted(Comparator.comparing(PackName::hex)).toList();
    }

    void forget(RepoId repo) {
        known.invalidate(repo);
    }
}
