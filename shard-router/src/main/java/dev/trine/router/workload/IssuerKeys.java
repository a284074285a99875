package dev.trine.router.workload;

import com.nimbusds.jose.KeySourceException;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSelector;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.source.CachingJWKSetSource;
import com.nimbusds.jose.jwk.source.JWKSetCacheRefreshEvaluator;
import com.nimbusds.jose.jwk.source.JWKSetSource;
import com.nimbusds.jose.jwk.source.OutageTolerantJWKSetSource;
import com.nimbusds.jose.jwk.source.RateLimitedJWKSetSource;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jose.proc.SimpleSecurityContext;
import java.time.Clock;
import java.time.Duration;
import java.util.List;

/**
 * An issuer's keys as they are used: kept for a while; asked for again when a token names a key that is not among them,
 * but at most twice in half a minute; and kept longer while they cannot be had. Any thread.
 */
final class IssuerKeys {
    /** In this time they are asked for twice at most. */
    static final Duration ASKED_TWICE_MIN = Duration.ofSeconds(30);

    private static final Duration WAIT_MAX = Duration.ofSeconds(10);

    private final JWKSetSource<SecurityContext> keys;
    private final Clock clock;

    /**
     * Keeps the keys of a source.
     *
     * @param freshFor how long they are used before they are asked for again
     * @param ageMax   how old they may be while they cannot be had
     */
    IssuerKeys(JWKSetSource<SecurityContext> source, Duration freshFor, Duration ageMax, Clock clock) {
        this.clock = clock;
        this.keys = new CachingJWKSetSource<>(new RateLimitedJWKSetSource<>(
            new OutageTolerantJWKSetSource<>(source, ageMax.toMillis(), null), ASKED_TWICE_MIN.toMillis(), null),
            freshFor.toMillis(), WAIT_MAX.toMillis(), null);
    }

    /**
     * The keys that are meant; none: the issuer has no such key, or cannot be asked whether it has.
     *
     * @throws KeySourceException none of its keys is known, and they cannot be had now
     */
    List<JWK> select(JWKSelector meant) throws KeySourceException {
        long now = clock.millis();
        SecurityContext context = new SimpleSecurityContext();
        JWKSet known = keys.getJWKSet(JWKSetCacheRefreshEvaluator.noRefresh(), now, context);
        List<JWK> selected = meant.select(known);
        if (!selected.isEmpty()) {
            return selected;
        }
        try {
            return meant.select(keys.getJWKSet(JWKSetCacheRefreshEvaluator.referenceComparison(known), now, context));
        } catch (KeySourceException askedTooOftenOrAway) {
            return List.of();
        }
    }
}
