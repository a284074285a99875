package dev.trine.router.metadata;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The text of an access token: "trine_" and 32 to 128 letters, digits, '_' and '-'; those made here carry 256 random
 * bits. Never stored and never printed; {@link #hash} is what is stored.
 */
public final class TokenSecret {
    private static final String PREFIX = "trine_";
    private static final Pattern LEGAL = Pattern.compile("trine_[A-Za-z0-9_-]{32,128}");
    private static final int RANDOM_BYTES = 32;

    private final String text;

    private TokenSecret(String text) {
        this.text = text;
    }

    /** Makes a new one. */
    public static TokenSecret random(SecureRandom random) {
        byte[] bits = new byte[RANDOM_BYTES];
        random.nextBytes(bits);
        return new TokenSecret(PREFIX + HexFormat.of().formatHex(bits));
    }

    /** Reads what somebody presents; empty: it has not the form of a token. */
    public static Optional<TokenSecret> parse(String presented) {
        return LEGAL.matcher(presented).matches() ? Optional.of(new TokenSecret(presented)) : Optional.empty();
    }

    /** The text, to be shown once. */
    public String text() {
        return text;
    }

    /** What is stored of it. A token has too many random bits to be guessed from a plain SHA-256. */
    public Sha256 hash() {
        return Sha256.of(text.getBytes(StandardCharsets.US_ASCII));
    }

    @Override
    public String toString() {
        return PREFIX + "…";
    }
}
