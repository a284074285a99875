package dev.trine.ssh;

import dev.trine.common.config.Default;
import java.security.PublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.Optional;

/**
 * Which keys may sign in.
 *
 * @param rsaBitsMin least length of RSA keys, in bits; the shard router has the same setting for registering them
 */
public record KeyRules(@Default("3072") int rsaBitsMin) {
    private static final int BITS_LEAST = 2048;
    private static final int BITS_MOST = 16_384;

    public KeyRules {
        if (rsaBitsMin < BITS_LEAST || rsaBitsMin > BITS_MOST) {
            throw new IllegalArgumentException("rsa-bits-min is between " + BITS_LEAST + " and " + BITS_MOST);
        }
    }

    /** Why that key may not sign in, in a sentence; empty: it may. */
    Optional<String> objection(PublicKey key) {
        if (!(key instanceof RSAPublicKey rsa)) {
            return Optional.empty();
        }
        int bits = rsa.getModulus().bitLength();
        if (bits < rsaBitsMin) {
            return Optional.of("the RSA key has " + bits + " bits, and at least " + rsaBitsMin + " are required; make a"
                + " better key with 'ssh-keygen -t ed25519' and register it");
        }
        return bits <= BITS_MOST ? Optional.empty() : Optional.of("the RSA key has " + bits + " bits, and at most "
            + BITS_MOST + " are served; make another with 'ssh-keygen -t ed25519' and register it");
    }
}
