package dev.trine.deploy.local;

import dev.trine.inspector.admin.AdminClient;
import dev.trine.inspector.cli.CommandFailure;
import dev.trine.proto.AddKeyRequest;
import dev.trine.proto.Key;
import dev.trine.proto.ListKeysRequest;
import io.grpc.Status;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Lets the user who starts a cluster in by SSH: with the keys that he has, and with one made for the cluster. */
final class SshAccess {
    private static final String ADMIN = "admin";
    private static final int KEYS_MAX = 50;
    private static final int KEY_MAX_BYTES = 16 * 1024;

    private final ClusterDirectory directory;
    private final Set<Path> homes;
    private final Consumer<String> progress;

    /**
     * Access for one user.
     *
     * @param homes    his home directories; his public keys lie in their {@code .ssh}
     * @param progress is told sentences for the user
     */
    SshAccess(ClusterDirectory directory, Set<Path> homes, Consumer<String> progress) {
        this.directory = directory;
        this.homes = homes;
        this.progress = progress;
    }

    /** Makes the cluster's own key for the user unless it exists; without ssh-keygen there is none. */
    void prepareKeys() {
        if (Files.exists(directory.sshKey()) || !Shell.has("ssh-keygen")) {
            return;
        }
        Shell.run(directory.root(), Map.of(), List.of("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "trine-up",
            "-f", directory.sshKey().toString()));
    }

    /** Lets ssh know the SSH proxy without asking: its host key is the one that it made in its data directory. */
    void writeKnownHosts(int port) {
        StringBuilder lines = new StringBuilder();
        try (DirectoryStream<Path> keys = Files.newDirectoryStream(directory.hostKeys(), "*.pub")) {
            for (Path key : keys) {
                lines.append('[').append(Endpoints.HOST).append("]:").append(port).append(' ')
                    .append(Files.readString(key).strip()).append('\n');
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + directory.hostKeys(), e);
        }
        PrivateFile.writeIfChanged(directory.knownHosts(), lines.toString());
    }

    /** Registers all keys for the user admin; one that is registered already stays where it is, and nobody is asked. */
    void register(AdminClient api) {
        Set<String> known = registered(api);
        publicKeys().forEach(file -> register(api, file, known));
    }

    /** Fingerprints; none if they cannot be listed: each key is then asked for, and the cluster says what it has. */
    private static Set<String> registered(AdminClient api) {
        try {
            return api.call(stub -> stub.listKeys(ListKeysRequest.getDefaultInstance())).getKeysList().stream()
                .map(Key::getFingerprint).collect(Collectors.toSet());
        } catch (CommandFailure e) {
            return Set.of();
        }
    }

    /** As OpenSSH shows it; of what is no key, something that none has. */
    private static String fingerprint(String line) {
        String[] parts = line.split("\\s+", 3);
        try {
            byte[] key = Base64.getDecoder().decode(parts.length < 2 ? "" : parts[1]);
            return "SHA256:" + Base64.getEncoder().withoutPadding()
                .encodeToString(MessageDigest.getInstance("SHA-256").digest(key));
        } catch (IllegalArgumentException e) {
            return "";
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    private List<Path> publicKeys() {
        List<Path> keys = new ArrayList<>();
        homes.forEach(home -> keys.addAll(publicKeys(home.resolve(".ssh"))));
        if (Files.isRegularFile(directory.sshPublicKey())) {
            keys.add(directory.sshPublicKey());
        }
        return keys;
    }

    private static List<Path> publicKeys(Path ssh) {
        try (Stream<Path> files = Files.isDirectory(ssh) ? Files.list(ssh) : Stream.empty()) {
            return files.filter(file -> file.toString().endsWith(".pub"))
                .filter(file -> !file.toString().endsWith("-cert.pub")).sorted().limit(KEYS_MAX).toList();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot list " + ssh, e);
        }
    }

    private void register(AdminClient api, Path file, Set<String> known) {
        try {
            if (Files.size(file) > KEY_MAX_BYTES) {
                progress.accept("left out " + file + ": it is too large for a public key");
                return;
            }
            String line = Files.readString(file).strip();
            if (!known.contains(fingerprint(line))) {
                AddKeyRequest request = AddKeyRequest.newBuilder().setUser(ADMIN).setPublicKey(line).build();
                api.call(stub -> stub.addKey(request));
            }
        } catch (IOException e) {
            progress.accept("left out " + file + ": it cannot be read");
        } catch (CommandFailure e) {
            if (Status.fromThrowable(e.getCause()).getCode() != Status.Code.ALREADY_EXISTS) {
                progress.accept("left out " + file + ": " + e.getMessage());
            }
        }
    }
}
