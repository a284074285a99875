package dev.trine.common.model;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * A sticky part of all repositories or users: whether one is in it follows from its id alone, and raising the part
 * takes nobody out.
 *
 * @param percent how many of a hundred, 0 to 100
 */
public record Share(int percent) {
    private static final int HUNDRED = 100;
    /** Everybody. */
    public static final Share ALL = new Share(HUNDRED);

    public Share {
        if (percent < 0 || percent > HUNDRED) {
            throw new IllegalArgumentException("a percentage is between 0 and 100, not " + percent);
        }
    }

    /**
     * Whether that one is in it: the first eight bytes of SHA-256 over the name, a zero byte and the id, as a number
     * modulo 100, are below the percentage.
     *
     * @param name of what is shared out, so that several shares do not take the same ones
     * @param id   of the repository or user
     */
    public boolean contains(String name, String id) {
        return place(name + "\0" + id) < percent;
    }

    private static int place(String text) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return (int) Long.remainderUnsigned(ByteBuffer.wrap(hash).getLong(), HUNDRED);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
