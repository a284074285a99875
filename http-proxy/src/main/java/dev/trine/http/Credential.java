package dev.trine.http;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

/** The access token in a request's Authorization header: of scheme Bearer, or the password of scheme Basic. */
final class Credential {
    private static final int CHARS_MAX = 2048;

    private Credential() {
    }

    /** The token; empty if the header is missing or malformed. Basic's user name may be anything. */
    static Optional<String> token(Optional<String> authorization) {
        String header = authorization.orElse("").strip();
        int space = header.indexOf(' ');
        if (space < 0 || header.length() > CHARS_MAX) {
            return Optional.empty();
        }
        String value = header.substring(space + 1).strip();
        if (header.regionMatches(true, 0, "Bearer ", 0, space + 1)) {
            return Optional.of(value).filter(token -> !token.isEmpty());
        }
        return header.regionMatches(true, 0, "Basic ", 0, space + 1) ? password(value) : Optional.empty();
    }

    private static Optional<String> password(String encoded) {
        try {
            String pair = new String(Base64.getDecoder().decode(encoded), StandardCharsets.UTF_8);
            int colon = pair.indexOf(':');
            return colon < 0 || colon == pair.length() - 1 ? Optional.empty() : Optional.of(pair.substring(colon + 1));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
