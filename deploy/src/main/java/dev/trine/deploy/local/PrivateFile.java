package dev.trine.deploy.local;

import dev.trine.router.metadata.AccessToken;
import dev.trine.router.metadata.TokenSecret;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Set;
import java.util.function.Supplier;

/** Writes small files that only their owner may read; whoever reads one sees the old text or the new, never a part. */
public final class PrivateFile {
    private static final int SECRET_BYTES = 32;
    private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY =
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    private PrivateFile() {
    }

    /** Writes the text unless the file holds it already. */
    public static void writeIfChanged(Path file, String text) {
        try {
            if (!Files.isRegularFile(file) || !Files.readString(file).equals(text)) {
                write(file, text);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + file + ": " + e.getMessage(), e);
        }
    }

    private static void write(Path file, String text) throws IOException {
        Files.createDirectories(file.getParent());
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        Files.deleteIfExists(fresh);
        try (FileChannel channel = FileChannel.open(fresh,
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), OWNER_ONLY)) {
            ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
    }

    /** The cluster's secret in a file: 64 hexadecimal digits, made up when the file does not exist. */
    public static String secret(Path file, SecureRandom random) {
        return kept(file, () -> {
            byte[] bytes = new byte[SECRET_BYTES];
            random.nextBytes(bytes);
            return HexFormat.of().formatHex(bytes);
        });
    }

    /** A personal access token in a file, made up when the file does not exist, as the router makes them. */
    public static String token(Path file, SecureRandom random) {
        return kept(file, () -> TokenSecret.random(AccessToken.Kind.PERSONAL, random).text());
    }

    private static String kept(Path file, Supplier<String> made) {
        try {
            if (!Files.isRegularFile(file)) {
                write(file, made.get() + "\n");
            }
            return Files.readString(file).strip();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + file + ": " + e.getMessage(), e);
        }
    }
}
