package dev.trine.server.replica;

import dev.trine.common.model.PushId;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Identities of the transactions that one push tries one after the other. */
final class PushIds {
    private static final int BYTES = 16;

    private PushIds() {
    }

    /** The identity of a push's later try with other updates: always the same for the same push and try. */
    static PushId retry(PushId push, int attempt) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256")
                .digest((push.value() + " " + attempt).getBytes(StandardCharsets.US_ASCII));
            return new PushId(HexFormat.of().formatHex(digest, 0, BYTES));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
