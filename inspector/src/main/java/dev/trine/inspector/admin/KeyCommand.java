package dev.trine.inspector.admin;

import dev.trine.inspector.cli.CommandFailure;
import dev.trine.proto.AddKeyRequest;
import dev.trine.proto.ListKeysRequest;
import dev.trine.proto.RemoveKeyRequest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** SSH public keys. */
@Command(name = "key", description = "Add, list and remove SSH public keys.",
    footer = {"%nExamples:", "  trine key add alice ~/.ssh/id_ed25519.pub", "  trine key list alice"})
final class KeyCommand {
    /** The longest RSA keys in use need about 3 KiB. */
    private static final int KEY_MAX_BYTES = 16 * 1024;

    private final Clusters clusters;
    private final InputStream stdin;

    KeyCommand(Clusters clusters, InputStream stdin) {
        this.clusters = clusters;
        this.stdin = stdin;
    }

    @Command(name = "add", description = "Register an SSH public key for a user.",
        footer = {"%nExamples:", "  trine key add alice ~/.ssh/id_ed25519.pub",
            "  ssh-add -L | head -n 1 | trine key add alice -"})
    void add(@Mixin Session session,
             @Parameters(index = "0", paramLabel = "USER", description = "Whose key it is.") String user,
             @Parameters(index = "1", paramLabel = "FILE",
                 description = "File with one public key in OpenSSH's format; '-': standard input.") Path file) {
        try (AdminClient client = clusters.connect(session.cluster())) {
            AddKeyRequest request = AddKeyRequest.newBuilder().setUser(user).setPublicKey(read(file)).build();
            KeyView key = KeyView.of(client.call(stub -> stub.addKey(request)));
            session.done(key, "added key " + key.id() + " " + key.fingerprint() + " for " + key.user());
        }
    }

    private String read(Path file) {
        boolean standardInput = file.toString().equals("-");
        try (InputStream opened = standardInput ? InputStream.nullInputStream() : open(file)) {
            byte[] bytes = (standardInput ? stdin : opened).readNBytes(KEY_MAX_BYTES + 1);
            String text = new String(bytes, StandardCharsets.UTF_8).strip();
            if (bytes.length > KEY_MAX_BYTES || text.contains("PRIVATE KEY") || text.lines().count() != 1) {
                throw new CommandFailure(file + " does not hold exactly one public key in OpenSSH's format: "
                    + "name the .pub file of one key");
            }
            return text;
        } catch (NoSuchFileException e) {
            throw new CommandFailure("there is no file " + file, e);
        } catch (IOException e) {
            throw new CommandFailure("cannot read " + file + ": " + e.getMessage(), e);
        }
    }

    private InputStream open(Path file) throws IOException {
        return Files.newInputStream(clusters.workingDirectory().resolve(file));
    }

    @Command(name = "list", description = "List the SSH keys of a user, or of everybody.",
        footer = {"%nExamples:", "  trine key list", "  trine key list alice -o json"})
    void list(@Mixin Session session,
              @Parameters(paramLabel = "USER", arity = "0..1", defaultValue = "",
                  description = "Whose keys (default: everybody's).") String user) {
        try (AdminClient client = clusters.connect(session.cluster())) {
            ListKeysRequest request = ListKeysRequest.newBuilder().setUser(user).build();
            List<KeyView> keys =
                client.call(stub -> stub.listKeys(request)).getKeysList().stream().map(KeyView::of).toList();
            session.list(keys, KeyView.COLUMNS);
        }
    }

    @Command(name = "remove", description = "Remove an SSH key: it no longer signs in.",
        footer = {"%nExample:", "  trine key remove 7"})
    void remove(@Mixin Session session,
                @Parameters(paramLabel = "ID", description = "The key's id, from 'key list'.") long id) {
        try (AdminClient client = clusters.connect(session.cluster())) {
            client.call(stub -> stub.removeKey(RemoveKeyRequest.newBuilder().setId(id).build()));
            session.done(Map.of("id", id), "removed key " + id);
        }
    }
}
