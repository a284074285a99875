package dev.trine.router.workload;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.KeySourceException;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKMatcher;
import com.nimbusds.jose.jwk.JWKSelector;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.trine.router.metadata.Shown;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.Optional;

/** One issuer: whether a JWT is its, and whether it is one for this cluster and now. Any thread. */
final class Issuer {
    /** By how much clocks may differ. */
    static final Duration SKEW = Duration.ofSeconds(60);

    private static final int RSA_BITS_MIN = 2048;

    private final IssuerConfig config;
    private final IssuerKeys keys;
    private final Clock clock;

    Issuer(IssuerConfig config, IssuerKeys keys, Clock clock) {
        this.config = config;
        this.keys = keys;
        this.clock = clock;
    }

    IssuerConfig config() {
        return config;
    }

    /** Whose a JWT is. */
    sealed interface Origin {
        /** This issuer's. */
        record Its() implements Origin {
        }

        /** Not this issuer's, or signed in a way that is not allowed; why is for the log only. */
        record NotIts(String why) implements Origin {
        }

        /** None of this issuer's keys is known, and they cannot be had now. */
        record Unknown(String why) implements Origin {
        }
    }

    /** Finds out whether this issuer signed it. */
    Origin origin(SignedJWT jwt) {
        JWSHeader header = jwt.getHeader();
        if (config.algorithms().stream().noneMatch(allowed -> allowed.is(header.getAlgorithm()))) {
            return new Origin.NotIts("signed by " + header.getAlgorithm() + ", which algorithms does not allow");
        }
        if (header.getCriticalParams() != null && !header.getCriticalParams().isEmpty()) {
            return new Origin.NotIts("its header has critical parameters");
        }
        try {
            for (JWK key : keys.select(new JWKSelector(JWKMatcher.forJWSHeader(header)))) {
                if (signed(jwt, key)) {
                    return new Origin.Its();
                }
            }
            return new Origin.NotIts("no key of the issuer, as far as its keys are known, made the signature");
        } catch (KeySourceException e) {
            return new Origin.Unknown(String.valueOf(e.getMessage()));
        }
    }

    private static boolean signed(SignedJWT jwt, JWK key) {
        try {
            Optional<JWSVerifier> verifier = verifier(key);
            return verifier.isPresent() && jwt.verify(verifier.get());
        } catch (JOSEException | GeneralSecurityException | IllegalArgumentException unsuitable) {
            return false;
        }
    }

    private static Optional<JWSVerifier> verifier(JWK key) throws JOSEException, GeneralSecurityException {
        return switch (key) {
            case RSAKey rsa when rsa.size() >= RSA_BITS_MIN -> Optional.of(new RSASSAVerifier(rsa.toRSAPublicKey()));
            case ECKey ec -> Optional.of(new ECDSAVerifier(ec.toECPublicKey()));
            case OctetKeyPair pair -> Optional.of(new Ed25519Verifier(pair.getDecodedX()));
            default -> Optional.empty();
        };
    }

    /** What is wrong with a JWT of this issuer, for its bearer; empty: it is for this cluster, and now. */
    Optional<String> objection(JWTClaimsSet claims) {
        Instant now = clock.instant();
        if (claims.getSubject() == null || claims.getSubject().isBlank()) {
            return Optional.of("it has no claim sub");
        }
        if (!claims.getAudience().contains(config.audience())) {
            return Optional.of("it is made for the audience '" + Shown.briefly(String.join("', '",
                claims.getAudience())) + "' (claim aud), and not for this cluster; ask the issuer for one with the"
                + " audience that the cluster's operator names");
        }
        Date expires = claims.getExpirationTime();
        Date made = claims.getIssueTime();
        if (expires == null || made == null) {
            return Optional.of("it has no claim " + (made == null ? "iat" : "exp"));
        }
        if (!now.isBefore(expires.toInstant().plus(SKEW))) {
            return Optional.of("it expired at " + expires.toInstant() + " (claim exp); ask the issuer for a new one");
        }
        if (now.isAfter(made.toInstant().plus(config.tokenAgeMax()).plus(SKEW))) {
            return Optional.of("it was made at " + made.toInstant() + " (claim iat), and is too old here"
                + " (token-age-max); ask the issuer for a new one");
        }
        Date begins = claims.getNotBeforeTime() == null ? made : claims.getNotBeforeTime();
        if (now.isBefore(made.toInstant().minus(SKEW)) || now.isBefore(begins.toInstant().minus(SKEW))) {
            return Optional.of("it begins to work at " + (begins.after(made) ? begins : made).toInstant() + " (claims"
                + " iat, nbf), which is in the future here; look at the clocks");
        }
        return Optional.empty();
    }
}
