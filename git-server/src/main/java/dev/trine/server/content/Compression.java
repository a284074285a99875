package dev.trine.server.content;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.ZoneId;
import java.util.HexFormat;
import java.util.zip.GZIPOutputStream;

/**
 * What the bytes of an archive depend on beside the commit: the form that this release gives them, and what this
 * machine's zlib makes of it. Nodes where it differs give different entity tags, so that no client puts parts of both
 * together.
 */
final class Compression {
    /** To be raised with every change of what {@link ArchiveWriter}s write. */
    private static final String FORM = "1";
    private static final int SAMPLE_BYTES = 64 << 10;
    private static final String FINGERPRINT = fingerprint();
    private static final int DIGITS = 32;

    private Compression() {
    }

    /** The entity tag of an archive. */
    static String etag(String commit, Wanted.Archive wanted) {
        MessageDigest digest = sha256();
        for (String part : new String[] {FINGERPRINT, commit, wanted.format().name(), wanted.prefix()}) {
            add(digest, part);
        }
        wanted.paths().forEach(path -> add(digest, path));
        return HexFormat.of().formatHex(digest.digest()).substring(0, DIGITS);
    }

    /** Names and paths of commits have no zero byte. */
    private static void add(MessageDigest digest, String part) {
        digest.update(part.getBytes(StandardCharsets.UTF_8));
        digest.update((byte) 0);
    }

    private static String fingerprint() {
        byte[] sample = new byte[SAMPLE_BYTES];
        for (int i = 0; i < sample.length; i++) {
            sample[i] = (byte) (i * i % 251 % 64 + i % 7);
        }
        ByteArrayOutputStream made = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(made)) {
            gzip.write(sample);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return FORM + HexFormat.of().formatHex(sha256().digest(made.toByteArray())) + ZoneId.systemDefault();
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
