package dev.trine.router.directory;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Seals what lies on the router's disk with HMAC-SHA-256 under a key of the cluster: whoever can write there, but does
 * not have that key, cannot give himself rights. An entry is sealed together with its own key in the cache, so that
 * none can take another's place. Any thread.
 */
final class Seal {
    private static final String ALGORITHM = "HmacSHA256";
    private static final int BYTES = 32;

    private final SecretKeySpec secret;

    Seal(byte[] secret) {
        this.secret = new SecretKeySpec(secret, ALGORITHM);
    }

    /** The entry behind its seal. */
    byte[] close(String key, byte[] entry) {
        byte[] sealed = Arrays.copyOf(mac(key, entry), BYTES + entry.length);
        System.arraycopy(entry, 0, sealed, BYTES, entry.length);
        return sealed;
    }

    /** The entry behind a seal; empty: it was sealed by nobody who has the key, or under another key. */
    Optional<byte[]> open(String key, byte[] sealed) {
        if (sealed.length < BYTES) {
            return Optional.empty();
        }
        byte[] entry = Arrays.copyOfRange(sealed, BYTES, sealed.length);
        return MessageDigest.isEqual(mac(key, entry), Arrays.copyOf(sealed, BYTES)) ? Optional.of(entry)
            : Optional.empty();
    }

    private byte[] mac(String key, byte[] entry) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(secret);
            mac.update(key.getBytes(StandardCharsets.UTF_8));
            mac.update((byte) 0);
            return mac.doFinal(entry);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has " + ALGORITHM, e);
        }
    }
}
