package dev.trine.router.metadata;

import java.util.Optional;

/**
 * Which SSH keys may be registered.
 *
 * @param rsaBitsMin least length of an RSA key's modulus
 */
public record KeyRules(int rsaBitsMin) {
    private static final int BITS_LEAST = 2048;
    private static final int BITS_MOST = 16_384;

    public KeyRules {
        if (rsaBitsMin < BITS_LEAST || rsaBitsMin > BITS_MOST) {
            throw new IllegalArgumentException("rsa-bits-min must be " + BITS_LEAST + " to " + BITS_MOST);
        }
    }

    /** Why that key may not be registered, in a sentence; empty: it may. */
    public Optional<String> objection(PublicKey key) {
        if (key.rsaBits().isEmpty()) {
            return Optional.empty();
        }
        int bits = key.rsaBits().getAsInt();
        if (bits < rsaBitsMin) {
            return Optional.of("the RSA key has " + bits + " bits, and at least " + rsaBitsMin + " are required; make a"
                + " better key with 'ssh-keygen -t ed25519'");
        }
        return bits <= BITS_MOST ? Optional.empty() : Optional.of("the RSA key has " + bits + " bits, and at most "
            + BITS_MOST + " are served; make another with 'ssh-keygen -t ed25519'");
    }
}
