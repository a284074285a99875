package dev.trine.router.workload;

import dev.trine.common.config.Default;
import java.util.List;

/**
 * Whose word about CI jobs is taken.
 *
 * @param issuers each with the keys and rules for its tokens; none: no token is exchanged
 */
public record WorkloadConfig(@Default("[]") List<IssuerConfig> issuers) {
    private static final int ISSUERS_MAX = 50;

    public WorkloadConfig {
        issuers = List.copyOf(issuers);
        if (issuers.size() > ISSUERS_MAX
            || issuers.stream().map(IssuerConfig::issuer).distinct().count() < issuers.size()) {
            throw new IllegalArgumentException("issuers: at most " + ISSUERS_MAX + ", each named once");
        }
    }
}
