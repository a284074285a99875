package dev.trine.common.live;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * A share of repositories or users: always the same ones, and a greater share takes nobody out.
 *
 * @param value 0 to 100
 */
public record Percent(int value) {
    /** Everybody. */
    public static final Percent ALL = new Percent(100);

    public Percent {
        if (value < 0 || value > 100) {
            throw new IllegalArgumentException("a percentage is 0 to 100, not " + value);
        }
    }

    /**
     * Whether somebody belongs to it: the first eight bytes of SHA-256 over the setting's name, a zero byte and his id,
     * taken as a number, leave less than the percentage when divided by 100. So each setting has a choice of its own.
     */
    boolean includes(String setting, String id) {
        return value > place(setting, id);
    }

    private static int place(String setting, String id) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(setting.getBytes(StandardCharsets.UTF_8));
            digest.update((byte) 0);
            byte[] sum = digest.digest(id.getBytes(StandardCharsets.UTF_8));
            return (int) Long.remainderUnsigned(ByteBuffer.wrap(sum).getLong(), ALL.value);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
