package dev.trine.server.repo;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.trine.common.model.PackName;
import dev.trine.common.model.RepoId;
import java.util.Collection;
import java.util.Set;

/**
 * What the last rewriting of a repository left: as long as its pack set is that, another one would change nothing. It
 * may forget; then one rewriting is wasted. Called by many threads.
 */
final class SettledPacks {
    private static final int REPOSITORIES_MAX = 100_000;

    private final Cache<RepoId, Set<PackName>> packs = Caffeine.newBuilder().maximumSize(REPOSITORIES_MAX).build();

    void remember(RepoId repo, Collection<PackName> left) {
        packs.put(repo, Set.copyOf(left));
    }

    boolean isSettled(RepoId repo, Collection<PackName> now) {
        Set<PackName> left = packs.getIfPresent(repo);
        return left != null && left.equals(Set.copyOf(now));
    }
}
