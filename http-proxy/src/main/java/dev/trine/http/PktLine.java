package dev.trine.http;

import java.nio.charset.StandardCharsets;

/** Git's framing: four hexadecimal digits of length, themselves included, then the payload. */
final class PktLine {
    /** The packet that ends a section. */
    static final String FLUSH = "0000";

    private PktLine() {
    }

    /** A packet with a text of at most some thousand bytes. */
    static byte[] of(String text) {
        int length = FLUSH.length() + text.getBytes(StandardCharsets.UTF_8).length;
        return (String.format("%04x", length) + text).getBytes(StandardCharsets.UTF_8);
    }
}
