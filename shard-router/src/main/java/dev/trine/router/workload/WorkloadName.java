package dev.trine.router.workload;

import dev.trine.router.metadata.Sha256;
import java.nio.charset.StandardCharsets;

/**
 * Name under which a workload acts: "workload ISSUER SUBJECT", printable, at most 200 characters. What had to be cut or
 * replaced is told apart by a piece of a hash at the end.
 */
final class WorkloadName {
    private static final int CHARS_MAX = 200;
    private static final int HASH_CHARS = 16;

    private WorkloadName() {
    }

    static String of(String issuer, String subject) {
        String exact = "workload " + issuer.replaceFirst("^https://", "") + " " + subject;
        String shown = exact.replaceAll("[^\\x20-\\x7e]", "?");
        if (shown.equals(exact) && exact.length() <= CHARS_MAX) {
            return exact;
        }
        String hash = Sha256.of(exact.getBytes(StandardCharsets.UTF_8)).toString().substring(0, HASH_CHARS);
        int room = CHARS_MAX - HASH_CHARS - 1;
        return shown.substring(0, Math.min(shown.length(), room)) + " " + hash;
    }
}
