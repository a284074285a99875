package dev.trine.deploy.chaos;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.zip.DeflaterOutputStream;

/** Writes commits straight into a client's repository, without a process for each. */
record LooseObjects(Path repository) {
    private static final String PERSON = "A U Thor <author@example.com> 1700000000 +0000";

    /** Writes the tree without entries; the tree of all commits here. */
    String emptyTree() throws IOException {
        return write("tree", new byte[0]);
    }

    /**
     * Writes a commit and returns its id.
     *
     * @param message makes it unlike all others
     */
    String commit(String tree, Optional<String> parent, String message) throws IOException {
        String text = "tree " + tree + "\n" + parent.map(id -> "parent " + id + "\n").orElse("")
            + "author " + PERSON + "\ncommitter " + PERSON + "\n\n" + message + "\n";
        return write("commit", text.getBytes(StandardCharsets.UTF_8));
    }

    private String write(String type, byte[] content) throws IOException {
        ByteArrayOutputStream object = new ByteArrayOutputStream();
        object.writeBytes((type + " " + content.length + "\0").getBytes(StandardCharsets.US_ASCII));
        object.writeBytes(content);
        String id = HexFormat.of().formatHex(sha1().digest(object.toByteArray()));
        Path file = repository.resolve("objects/" + id.substring(0, 2)).resolve(id.substring(2));
        if (!Files.exists(file)) {
            Files.createDirectories(file.getParent());
            try (OutputStream out = new DeflaterOutputStream(Files.newOutputStream(file))) {
                object.writeTo(out);
            }
        }
        return id;
    }

    private static MessageDigest sha1() {
        try {
            return MessageDigest.getInstance("SHA-1");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-1", e);
        }
    }
}
