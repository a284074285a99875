package dev.trine.router.workload;

import com.nimbusds.jose.JWSAlgorithm;
import java.util.List;

/**
 * Ways to sign a JWT (RFC 7518, RFC 8037) that can be allowed: those with a public key. "none" and those with a shared
 * secret are not among them.
 */
public enum SignatureAlgorithm {
    /** RSA, PKCS #1 version 1.5, SHA-256. */
    RS256,
    /** RSA, PKCS #1 version 1.5, SHA-384. */
    RS384,
    /** RSA, PKCS #1 version 1.5, SHA-512. */
    RS512,
    /** RSA-PSS, SHA-256. */
    PS256,
    /** RSA-PSS, SHA-384. */
    PS384,
    /** RSA-PSS, SHA-512. */
    PS512,
    /** ECDSA on P-256, SHA-256. */
    ES256,
    /** ECDSA on P-384, SHA-384. */
    ES384,
    /** ECDSA on P-521, SHA-512. */
    ES512,
    /** Ed25519. */
    EDDSA;

    /** What is allowed where nothing is said. */
    static final List<SignatureAlgorithm> USUAL = List.of(RS256, ES256, EDDSA);

    /** Whether a JWT's header means this one. */
    boolean is(JWSAlgorithm inHeader) {
        return this == EDDSA ? inHeader.equals(JWSAlgorithm.EdDSA) || inHeader.equals(JWSAlgorithm.Ed25519)
            : inHeader.getName().equals(name());
    }
}
