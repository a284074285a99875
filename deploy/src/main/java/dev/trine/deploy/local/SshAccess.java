package dev.trine.deploy.local;

import dev.trine.inspector.admin.AdminClient;
import dev.trine.inspector.cli.CommandFailure;
import dev.trine.proto.AddKeyRequest;
import io.grpc.Status;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
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

    /** Registers all keys for the user admin; one that is registered already stays where it is. */
    void register(AdminClient api) {
        publicKeys().forEach(file -> register(api, file));
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

    private void register(AdminClient api, Path file) {
        try {
            if (Files.size(file) > KEY_MAX_BYTES) {
                progress.accept("left out " + file + ": it is too large for a public key");
                return;
            }
            AddKeyRequest request =
                AddKeyRequest.newBuilder().setUser(ADMIN).setPublicKey(Files.readString(file).strip()).build();
            api.call(stub -> stub.addKey(request));
        } catch (IOException e) {
            progress.accept("left out " + file + ": it cannot be read");
        } catch (CommandFailure e) {
            if (Status.fromThrowable(e.getCause()).getCode() != Status.Code.ALREADY_EXISTS) {
                progress.accept("left out " + file + ": " + e.getMessage());
            }
        }
    }
}
