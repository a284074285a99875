package dev.trine.inspector.admin;

import dev.trine.inspector.cli.CommandFailure;
import dev.trine.proto.AddKeyRequest;
import dev.trine.proto.ListKeysRequest;
import dev.trine.proto.RemoveKeyRequest;
import dev.trine.proto.Right;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
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
             @Mixin PresenceOption presence,
             @Parameters(index = "0", paramLabel = "USER", description = "Whose key it is.") String user,
             @Parameters(index = "1", paramLabel = "FILE",
                 description = "File with one public key in OpenSSH's format; '-': standard input.") Path file) {
        try (AdminClient client = clusters.connect(session.cluster())) {
            AddKeyRequest request = AddKeyRequest.newBuilder().setUser(user).setPublicKey(read(file))
                .setPresence(presence.value()).build();
            KeyView key = KeyView.of(client.call(stub -> stub.addKey(request)));
            session.done(key, "added key " + key.id() + " " + key.fingerprint() + " for " + key.user());
        }
    }

    @Command(name = "add-deploy", description = {"Register a deploy key: it acts for itself on the paths named.",
        "It takes the role of maintainer on each. The same key can be given other rights on other paths."},
        footer = {"%nExamples:", "  trine key add-deploy ci.pub --on team/app",
            "  trine key add-deploy ci.pub --on team/site --role write --expires-in 90d"})
    void addDeploy(@Mixin Session session,
                   @Mixin RightsOption rights,
                   @Option(names = "--expires-in", paramLabel = "TIME", converter = LifeTime.Converter.class,
                       defaultValue = Option.NULL_VALUE,
                       description = "How long it may that, for example 90d (default: for ever).")
                       Optional<LifeTime> life,
                   @Mixin PresenceOption presence,
                   @Parameters(paramLabel = "FILE",
                       description = "File with one public key in OpenSSH's format; '-': standard input.") Path file) {
        List<Right> bounded = rights.bounded(life, Clock.systemUTC());
        try (AdminClient client = clusters.connect(session.cluster())) {
            AddKeyRequest request = AddKeyRequest.newBuilder().setPublicKey(read(file)).addAllRights(bounded)
                .setPresence(presence.value()).build();
            KeyView key = KeyView.of(client.call(stub -> stub.addKey(request)));
            session.done(key, "deploy key " + key.id() + " " + key.fingerprint() + " may "
                + String.join(", ", key.deploy()));
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
        footer = {"%nExamples:", "  trine key list", "  trine key list alice -o json",
            "  trine key list --on team/app"})
    void list(@Mixin Session session,
              @Option(names = "--on", paramLabel = "PATH", defaultValue = "",
                  description = "Instead: deploy keys with a right on exactly this path.") String path,
              @Parameters(paramLabel = "USER", arity = "0..1", defaultValue = "",
                  description = "Whose keys (default: everybody's).") String user) {
        try (AdminClient client = clusters.connect(session.cluster())) {
            ListKeysRequest request = ListKeysRequest.newBuilder().setUser(user).setPath(path).build();
            List<KeyView> keys =
                client.call(stub -> stub.listKeys(request)).getKeysList().stream().map(KeyView::of).toList();
            session.list(keys, KeyView.COLUMNS);
        }
    }

    @Command(name = "remove", description = "Remove an SSH key: it no longer signs in.",
        footer = {"%nExamples:", "  trine key remove 7", "  trine key remove 7 --on team/app"})
    void remove(@Mixin Session session,
                @Option(names = "--on", paramLabel = "PATH", defaultValue = "",
                    description = "Of a deploy key: only its right on exactly this path.") String path,
                @Parameters(paramLabel = "ID", description = "The key's id, from 'key list'.") long id) {
        try (AdminClient client = clusters.connect(session.cluster())) {
            client.call(stub -> stub.removeKey(RemoveKeyRequest.newBuilder().setId(id).setPath(path).build()));
            session.done(Map.of("id", id), "removed key " + id + (path.isEmpty() ? "" : " from " + path));
        }
    }
}
