package dev.trine.router.workload;

import dev.trine.common.config.Default;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Whose word about CI jobs is taken.
 *
 * @param authority certificates, in PEM format, of CAs that are believed beside those that Java trusts where keys of
 *                  issuers are fetched
 * @param issuers   each with the keys and rules for its tokens; none: no token is exchanged
 */
public record WorkloadConfig(Optional<Path> authority, @Default("[]") List<IssuerConfig> issuers) {
    private static final int ISSUERS_MAX = 50;

    public WorkloadConfig {
        issuers = List.copyOf(issuers);
        if (issuers.size() > ISSUERS_MAX
            || issuers.stream().map(IssuerConfig::issuer).distinct().count() < issuers.size()) {
            throw new IllegalArgumentException("issuers: at most " + ISSUERS_MAX + ", each named once");
        }
    }
}
