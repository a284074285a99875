package dev.trine.router.workload;

import dev.trine.common.config.Default;
import dev.trine.common.config.HostPort;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * An issuer of JWTs for CI jobs.
 *
 * @param issuer         as its tokens name it ("iss"), to the letter
 * @param audience       what they must be made for ("aud")
 * @param jwksFile       file with its public keys, a JWK set (RFC 7517)
 * @param jwksUrl        where it publishes them; without either: where its discovery document says
 *                       (ISSUER/.well-known/openid-configuration, OpenID Connect Discovery 1.0)
 * @param httpOnLoopback such addresses may be plain http on this machine, for tests
 * @param algorithms     by which its tokens may be signed; none named: rs256, es256, eddsa
 * @param tokenAgeMax    how long after they were made its tokens are taken
 * @param keysFreshFor   how long its keys are used before they are asked for again
 * @param keysAgeMax     how old the keys may be that are used while it does not answer
 * @param rules          what its tokens give; of several that match, each gives its rights
 */
public record IssuerConfig(String issuer, String audience, Optional<Path> jwksFile, Optional<URI> jwksUrl,
                           @Default("false") boolean httpOnLoopback,
                           @Default("[]") List<SignatureAlgorithm> algorithms, @Default("1h") Duration tokenAgeMax,
                           @Default("5m") Duration keysFreshFor, @Default("4h") Duration keysAgeMax,
                           List<Rule> rules) {
    private static final int CHARS_MAX = 300;
    private static final int RULES_MAX = 200;
    private static final Duration FRESH_MIN = Duration.ofMinutes(1);

    public IssuerConfig {
        rules = List.copyOf(rules);
        algorithms = algorithms.isEmpty() ? SignatureAlgorithm.USUAL : List.copyOf(algorithms);
        if (issuer.isBlank() || issuer.length() > CHARS_MAX || audience.isBlank() || audience.length() > CHARS_MAX) {
            throw new IllegalArgumentException("issuer and audience have 1 to " + CHARS_MAX + " characters");
        }
        if (jwksFile.isPresent() && jwksUrl.isPresent()) {
            throw new IllegalArgumentException("give jwks-file or jwks-url, or neither for discovery");
        }
        if (rules.isEmpty() || rules.size() > RULES_MAX) {
            throw new IllegalArgumentException("rules: 1 to " + RULES_MAX + " are needed; without any, its tokens give"
                + " nothing");
        }
        if (keysFreshFor.compareTo(FRESH_MIN) < 0 || keysAgeMax.compareTo(keysFreshFor) < 0
            || !tokenAgeMax.isPositive()) {
            throw new IllegalArgumentException("keys-fresh-for is at least 1m, keys-age-max at least keys-fresh-for,"
                + " and token-age-max more than 0s");
        }
        if (jwksFile.isEmpty()) {
            check(jwksUrl.orElseGet(() -> discovery(issuer)), httpOnLoopback);
        }
    }

    /** Where its discovery document is. */
    static URI discovery(String issuer) {
        return URI.create(issuer.replaceAll("/$", "") + "/.well-known/openid-configuration");
    }

    /** The address, if keys that come from it can be believed. */
    static URI check(URI url, boolean httpOnLoopback) {
        boolean loopback = "http".equals(url.getScheme()) && url.getHost() != null && httpOnLoopback
            && new HostPort(url.getHost(), Math.max(url.getPort(), 0)).isLoopback();
        if (url.getHost() == null || !"https".equals(url.getScheme()) && !loopback) {
            throw new IllegalArgumentException("keys are not fetched from " + url + ": it must begin with https://, so"
                + " that nobody on the way can replace them; or name a jwks-file");
        }
        return url;
    }
}
