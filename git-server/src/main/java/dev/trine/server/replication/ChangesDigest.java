package dev.trine.server.replication;

import dev.trine.common.model.RefUpdate;
import dev.trine.common.model.RefValue;
import dev.trine.common.model.Sha256;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;

/**
 * Tells whether two transactions set the same refs to the same values: SHA-256 over a line for each ref in order of
 * name, {@code OBJECTID NAME}, {@code ref: TARGET NAME} or {@code gone NAME}. Old values are left out: a push that is
 * tried again may find others.
 */
public final class ChangesDigest {
    private ChangesDigest() {
    }

    public static Sha256 of(List<RefUpdate> updates) {
        MessageDigest sha256 = newSha256();
        updates.stream().sorted(Comparator.comparing(RefUpdate::name)).forEach(update ->
            sha256.update((value(update) + " " + update.name() + "\n").getBytes(StandardCharsets.UTF_8)));
        return new Sha256(HexFormat.of().formatHex(sha256.digest()));
    }

    private static String value(RefUpdate update) {
        if (update.newValue().isEmpty()) {
            return "gone";
        }
        return switch (update.newValue().get()) {
            case RefValue.Direct direct -> direct.id().hex();
            case RefValue.Symbolic symbolic -> "ref: " + symbolic.target();
        };
    }

    private static MessageDigest newSha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
