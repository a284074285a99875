package dev.trine.router.metadata;

import dev.trine.router.metadata.AccessToken.Kind;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.zip.CRC32;

/**
 * The text of an access token: "trine_" and 32 to 128 letters, digits, '_' and '-'. Those made here say what they are
 * ("trine_pat_", "trine_dep_", "trine_prj_" or "trine_wkl_"), carry 43 letters and digits at random (256 bits), and
 * end with the CRC-32 of all before as 6 letters and digits, so that programs that look for lost secrets find them
 * without asking.
 * Never stored and never printed; {@link #hash} is what is stored.
 */
public final class TokenSecret {
    private static final String PREFIX = "trine_";
    private static final Pattern LEGAL = Pattern.compile("trine_[A-Za-z0-9_-]{32,128}");
    private static final Pattern MADE_HERE = Pattern.compile("trine_(pat|dep|prj|wkl)_.*");
    private static final String DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private static final int RANDOM_DIGITS = 43;
    private static final int CHECK_DIGITS = 6;

    private final String text;

    private TokenSecret(String text) {
        this.text = text;
    }

    /** Makes a new one. */
    public static TokenSecret random(Kind kind, SecureRandom random) {
        String prefix = switch (kind) {
            case PERSONAL -> "trine_pat_";
            case DEPLOY -> "trine_dep_";
            case PROJECT -> "trine_prj_";
            case WORKLOAD -> "trine_wkl_";
        };
        StringBuilder text = new StringBuilder(prefix);
        random.ints(RANDOM_DIGITS, 0, DIGITS.length()).forEach(at -> text.append(DIGITS.charAt(at)));
        return new TokenSecret(text + check(text.toString()));
    }

    private static String check(String text) {
        CRC32 crc = new CRC32();
        crc.update(text.getBytes(StandardCharsets.US_ASCII));
        char[] digits = new char[CHECK_DIGITS];
        Arrays.fill(digits, DIGITS.charAt(0));
        long rest = crc.getValue();
        for (int at = CHECK_DIGITS - 1; rest > 0; at--) {
            digits[at] = DIGITS.charAt((int) (rest % DIGITS.length()));
            rest /= DIGITS.length();
        }
        return new String(digits);
    }

    /** Reads what somebody presents; empty: it has not the form of a token, or was mistyped. */
    public static Optional<TokenSecret> parse(String presented) {
        if (!LEGAL.matcher(presented).matches()) {
            return Optional.empty();
        }
        int body = presented.length() - CHECK_DIGITS;
        return !MADE_HERE.matcher(presented).matches() || check(presented.substring(0, body))
            .equals(presented.substring(body)) ? Optional.of(new TokenSecret(presented)) : Optional.empty();
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
