package dev.trine.common.model;

import java.util.HexFormat;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;

/**
 * What one request of a client is called, from the front door to the node: it stands in the log and in what the client
 * is told, so that the one leads to the other. 1 to 64 letters, digits and marks of {@code -_.:+/=@}. A client may
 * choose it, so that nothing may be concluded from it, and two requests may have the same.
 */
public record RequestId(String value) {
    /** Longest id, in characters. */
    public static final int CHARS_MAX = 64;
    private static final Pattern LEGAL = Pattern.compile("[A-Za-z0-9_.:+/=@-]{1," + CHARS_MAX + "}");
    private static final int BYTES = 8;

    public RequestId {
        if (!LEGAL.matcher(value).matches()) {
            throw new IllegalArgumentException("not a request id (1 to " + CHARS_MAX
                + " letters, digits and marks of -_.:+/=@)");
        }
    }

    /** An id that hardly anybody else has: 16 hexadecimal digits. */
    public static RequestId random(RandomGenerator random) {
        byte[] id = new byte[BYTES];
        random.nextBytes(id);
        return new RequestId(HexFormat.of().formatHex(id));
    }

    /** The id that a client chose; empty if it is not fit to be one. */
    public static Optional<RequestId> chosen(String text) {
        return LEGAL.matcher(text).matches() ? Optional.of(new RequestId(text)) : Optional.empty();
    }

    /** A sentence with the id behind it, for a client. */
    public String on(String sentence) {
        return sentence + " (request " + value + ")";
    }

    @Override
    public String toString() {
        return value;
    }
}
