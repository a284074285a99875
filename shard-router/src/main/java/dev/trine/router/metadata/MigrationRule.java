package dev.trine.router.metadata;

import dev.trine.common.model.Share;
import java.util.Optional;

/**
 * Which repositories of a group an upstream serves.
 *
 * @param scope    at and below which it holds, where no rule on a nearer path does
 * @param upstream empty: all are served here
 * @param share    how many of them the upstream serves
 * @param readOnly pushes to those are refused
 */
public record MigrationRule(Scope scope, Optional<UpstreamName> upstream, Share share, boolean readOnly) {
    /** How many rules there may be. */
    public static final int COUNT_MAX = 1_000;

    public MigrationRule {
        if (upstream.isEmpty() && (share.percent() > 0 || readOnly)) {
            throw new IllegalArgumentException("a rule that has all served here has no percentage and is not read-only;"
                + " name an upstream, or archive the repository");
        }
    }

    /** The upstream that serves a repository which the rule covers; empty: it is served here. */
    Optional<UpstreamName> serving(RepoPath path) {
        return upstream.filter(to -> share.contains(scope.value(), path.value()));
    }
}
