package dev.trine.server.repo;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.trine.common.model.PackName;
import dev.trine.common.model.RepoId;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Optional;
import java.util.Set;

/**
 * The last full rewriting of each repository: what it left, so that none follows that would change nothing, and how
 * long it took, so that rewriting never becomes most of what a node does. It may forget; then one rewriting is wasted.
 * Called by many threads.
 */
final class LastRewritings {
    private static final int REPOSITORIES_MAX = 100_000;
    /** A rewriting is followed by so many times its duration of rest. */
    private static final int REST_FACTOR = 10;

    private final Cache<RepoId, Rewriting> last = Caffeine.newBuilder().maximumSize(REPOSITORIES_MAX)
        .expireAfterAccess(PackFiles.REMEMBERED).build();

    private final Cache<RepoId, Boolean> tooLarge = Caffeine.newBuilder().maximumSize(REPOSITORIES_MAX).build();

    private record Rewriting(Set<PackName> left, Instant restsUntil) {
    }

    void remember(RepoId repo, Collection<PackName> left, Instant began, Instant ended) {
        Duration rest = Duration.between(began, ended).multipliedBy(REST_FACTOR);
        last.put(repo, new Rewriting(Set.copyOf(left), ended.plus(rest)));
    }

    /** Whether the pack set is what the last one left. */
    boolean isSettled(RepoId repo, Collection<PackName> now) {
        Rewriting rewriting = last.getIfPresent(repo);
        return rewriting != null && rewriting.left.equals(Set.copyOf(now));
    }

    /** Whether it is the first time that the repository is found too large to be rewritten. */
    boolean isFirstTooLarge(RepoId repo) {
        return tooLarge.asMap().putIfAbsent(repo, true) == null;
    }

    /** Until when it is too early for another one that is not urgent; empty: it is not. */
    Optional<Instant> restsUntil(RepoId repo, Instant now) {
        return Optional.ofNullable(last.getIfPresent(repo)).map(Rewriting::restsUntil).filter(now::isBefore);
    }
}
