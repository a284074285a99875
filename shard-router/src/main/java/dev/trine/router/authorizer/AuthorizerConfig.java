package dev.trine.router.authorizer;

import dev.trine.common.config.Default;
import dev.trine.common.config.HostPort;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * A company's own service that is asked whether what Trine allows may be done.
 *
 * @param address      of its gRPC service trine.Authorizer
 * @param tls          how it is known; without, it must be on this machine
 * @param timeout      longest wait for one answer
 * @param callsMax     questions at once; more wait, as long as for an answer
 * @param cacheMax     answers that are kept
 * @param cacheForMax  longest time for which one is kept, whatever it says itself
 * @param onFailure    what counts while it does not answer
 * @param lastKnownFor with on-failure last-known: how old an answer may be
 */
public record AuthorizerConfig(HostPort address, Optional<Tls> tls, @Default("1s") Duration timeout,
                               @Default("64") int callsMax, @Default("100000") int cacheMax,
                               @Default("1m") Duration cacheForMax, @Default("deny") OnFailure onFailure,
                               @Default("1h") Duration lastKnownFor) {
    private static final Duration TIMEOUT_MAX = Duration.ofSeconds(4);
    private static final int CALLS_MAX = 10_000;
    private static final int CACHE_MAX = 10_000_000;

    public AuthorizerConfig {
        if (tls.isEmpty() && !address.isLoopback()) {
            throw new IllegalArgumentException("address " + address + " is another machine, and without TLS everybody"
                + " on the way could answer in its place: configure tls");
        }
        if (!timeout.isPositive() || timeout.compareTo(TIMEOUT_MAX) > 0) {
            throw new IllegalArgumentException("timeout is more than 0s and at most 4s: a client waits for it");
        }
        if (callsMax < 1 || callsMax > CALLS_MAX || cacheMax < 0 || cacheMax > CACHE_MAX || cacheForMax.isNegative()
            || lastKnownFor.isNegative()) {
            throw new IllegalArgumentException("calls-max is 1 to " + CALLS_MAX + ", cache-max 0 to " + CACHE_MAX
                + ", cache-for-max and last-known-for at least 0s");
        }
    }

    /**
     * Files in PEM format.
     *
     * @param authority   certificates of the CA that signed the authorizer's certificate
     * @param certificate what the router shows, if it is to show anything
     * @param key         its private key, PKCS #8, not encrypted
     */
    public record Tls(Path authority, Optional<Path> certificate, Optional<Path> key) {
        public Tls {
            if (certificate.isPresent() != key.isPresent()) {
                throw new IllegalArgumentException("certificate and key are given together, or neither");
            }
        }
    }
}
