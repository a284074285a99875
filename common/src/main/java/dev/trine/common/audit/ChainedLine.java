package dev.trine.common.audit;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A line as it stands in a file: a JSON object that begins with its number, and ends with the hash of the line before
 * it and its own, which is the SHA-256 of all its bytes before {@code ,"hash":}. So no byte of a line can change, and
 * no line go, come, or move, without a hash that does not fit.
 *
 * @param seq   its number
 * @param prev  hash of the line before
 * @param hash  its own hash, as it says
 * @param whole whether that is the hash of its text
 */
record ChainedLine(long seq, String prev, String hash, boolean whole) {
    /** Longest line: one with as much as an event holds, all of it as signs that JSON escapes, takes less. */
    static final int BYTES_MAX = 4 << 20;
    private static final Pattern BEGINNING = Pattern.compile("\\{\"seq\":([1-9][0-9]{0,17}),\"time\":");
    private static final Pattern END = Pattern.compile(",\"prev\":\"([0-9a-f]{64})\",\"hash\":\"([0-9a-f]{64})\"}");
    private static final int BEGINNING_BYTES_MAX = 40;
    private static final int PREV_BYTES = ",\"prev\":\"\"".length() + 64;
    private static final int HASH_BYTES = ",\"hash\":\"\"}".length() + 64;

    /** The bytes of the next line, without its line feed, and its link. */
    record Sealed(byte[] bytes, ChainLink link) {
    }

    /**
     * Makes the next line.
     *
     * @param fields the members of its JSON object, without braces
     */
    static Sealed seal(ChainLink before, byte[] fields) {
        long seq = before.seq() + 1;
        byte[] beginning = ascii("{\"seq\":" + seq + ",");
        byte[] prev = ascii(",\"prev\":\"" + before.hash() + "\"");
        byte[] hashed = new byte[beginning.length + fields.length + prev.length];
        System.arraycopy(beginning, 0, hashed, 0, beginning.length);
        System.arraycopy(fields, 0, hashed, beginning.length, fields.length);
        System.arraycopy(prev, 0, hashed, beginning.length + fields.length, prev.length);
        String hash = sha256(hashed, hashed.length);
        byte[] line = Arrays.copyOf(hashed, hashed.length + HASH_BYTES);
        System.arraycopy(ascii(",\"hash\":\"" + hash + "\"}"), 0, line, hashed.length, HASH_BYTES);
        return new Sealed(line, new ChainLink(seq, hash));
    }

    /** Reads a line without its line feed; empty: it has not the form of one. */
    static Optional<ChainedLine> read(byte[] line) {
        int tail = line.length - PREV_BYTES - HASH_BYTES;
        if (tail < 0) {
            return Optional.empty();
        }
        Matcher beginning = BEGINNING.matcher(text(line, 0, Math.min(line.length, BEGINNING_BYTES_MAX)));
        Matcher end = END.matcher(text(line, tail, line.length));
        if (!beginning.lookingAt() || !end.matches()) {
            return Optional.empty();
        }
        return Optional.of(new ChainedLine(Long.parseLong(beginning.group(1)), end.group(1), end.group(2),
            sha256(line, line.length - HASH_BYTES).equals(end.group(2))));
    }

    ChainLink link() {
        return new ChainLink(seq, hash);
    }

    private static String sha256(byte[] bytes, int length) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(bytes, 0, length);
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** One character per byte. */
    private static String text(byte[] line, int from, int to) {
        return new String(line, from, to - from, StandardCharsets.ISO_8859_1);
    }
}
