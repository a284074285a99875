package dev.trine.router.metadata;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;

/** A SHA-256 value; two are compared in constant time. */
public final class Sha256 {
    private static final int BYTES = 32;

    private final byte[] bytes;

    private Sha256(byte[] bytes) {
        this.bytes = bytes;
    }

    /** The hash of that. */
    public static Sha256 of(byte[] content) {
        try {
            return new Sha256(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** A hash that was stored. */
    public static Sha256 stored(byte[] bytes) {
        if (bytes.length != BYTES) {
            throw new IllegalArgumentException("a SHA-256 has " + BYTES + " bytes, not " + bytes.length);
        }
        return new Sha256(bytes.clone());
    }

    public byte[] bytes() {
        return bytes.clone();
    }

    /** The form in which OpenSSH shows a key's fingerprint: "SHA256:" and base64 without padding. */
    public String asFingerprint() {
        return "SHA256:" + Base64.getEncoder().withoutPadding().encodeToString(bytes);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Sha256 that && MessageDigest.isEqual(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return bytes[0] & 0xff | (bytes[1] & 0xff) << 8 | (bytes[2] & 0xff) << 16 | bytes[3] << 24;
    }

    @Override
    public String toString() {
        return HexFormat.of().formatHex(bytes);
    }
}
