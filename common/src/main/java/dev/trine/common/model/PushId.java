package dev.trine.common.model;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.random.RandomGenerator;

/** Identity of one push, assigned at the edge; a push that is retried keeps it. 32 hexadecimal digits. */
public record PushId(String value) {
    private static final int BYTES = 16;

    public PushId {
        Hex.check(value, 32, "a push id");
    }

    /** An id that nobody else has. */
    public static PushId random(RandomGenerator random) {
        byte[] id = new byte[BYTES];
        random.nextBytes(id);
        return new PushId(HexFormat.of().formatHex(id));
    }

    /** The id that a text stands for: always the same for the same text. */
    public static PushId of(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return new PushId(HexFormat.of().formatHex(digest, 0, BYTES));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    @Override
    public String toString() {
        return value;
    }
}
