package dev.trine.server.control;

import com.google.protobuf.ByteString;
import dev.trine.common.model.RefName;
import dev.trine.common.model.RefValue;
import dev.trine.server.replication.RefTable;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * One number for all refs, equal on all replicas at the same position: SHA-256 over a line for each ref in order of
 * name, {@code OBJECTID NAME} or {@code ref: TARGET NAME}, each ended by a line feed.
 *
 * @param sha256 32 bytes
 * @param refs   how many there are
 */
record RefDigest(ByteString sha256, long refs) {
    static RefDigest of(RefTable refs) {
        MessageDigest digest = newSha256();
        long[] count = {0};
        refs.scan("", (name, value) -> {
            digest.update(line(name, value).getBytes(StandardCharsets.UTF_8));
            count[0]++;
            return true;
        });
        return new RefDigest(ByteString.copyFrom(digest.digest()), count[0]);
    }

    private static String line(RefName name, RefValue value) {
        return switch (value) {
            case RefValue.Direct direct -> direct.id().hex() + " " + name + "\n";
            case RefValue.Symbolic symbolic -> "ref: " + symbolic.target() + " " + name + "\n";
        };
    }

    private static MessageDigest newSha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
