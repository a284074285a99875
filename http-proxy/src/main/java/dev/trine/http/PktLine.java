package dev.trine.http;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Pattern;
import org.eclipse.jetty.http.HttpStatus;

/** Git's framing: four hexadecimal digits of length, themselves included, then the payload. */
final class PktLine {
    /** The packet that ends a section. */
    static final String FLUSH = "0000";
    private static final Pattern LENGTH = Pattern.compile("[0-9a-fA-F]{4}");
    private static final int HEXADECIMAL = 16;

    private PktLine() {
    }

    /** A packet with a text of at most some thousand bytes. */
    static byte[] of(String text) {
        return of(text.getBytes(StandardCharsets.UTF_8));
    }

    /** A packet with a payload of at most 65,516 bytes. */
    static byte[] of(byte[] payload) {
        byte[] length = String.format("%04x", FLUSH.length() + payload.length).getBytes(StandardCharsets.US_ASCII);
        byte[] packet = new byte[length.length + payload.length];
        System.arraycopy(length, 0, packet, 0, length.length);
        System.arraycopy(payload, 0, packet, length.length, payload.length);
        return packet;
    }

    /**
     * Reads one; empty: it ends a section.
     *
     * @throws BadBody it is none, or not all of it
     */
    static Optional<byte[]> read(InputStream in) throws IOException {
        String digits = new String(in.readNBytes(FLUSH.length()), StandardCharsets.ISO_8859_1);
        if (digits.equals(FLUSH)) {
            return Optional.empty();
        }
        int length = LENGTH.matcher(digits).matches() ? Integer.parseInt(digits, HEXADECIMAL) - FLUSH.length() : -1;
        byte[] payload = in.readNBytes(Math.max(0, length));
        if (length < 0 || payload.length < length) {
            throw new BadBody(HttpStatus.BAD_REQUEST_400, "the request body is not in Git's framing, or not whole");
        }
        return Optional.of(payload);
    }
}
