package dev.trine.router;

import dev.trine.common.lifecycle.StartException;
import dev.trine.common.model.NodeId;
import dev.trine.router.metadata.AccessToken;
import dev.trine.router.metadata.Metadata;
import dev.trine.router.metadata.Presence;
import dev.trine.router.metadata.PublicKey;
import dev.trine.router.metadata.Replacement;
import dev.trine.router.metadata.Shard;
import dev.trine.router.metadata.TokenSecret;
import dev.trine.router.metadata.User;
import dev.trine.router.metadata.UserName;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Enters in the metadata database what the configuration gives: schema, nodes, shards, the first administrator. */
final class Bootstrap {
    private static final Logger log = LoggerFactory.getLogger(Bootstrap.class);
    private static final UserName ADMIN = new UserName("admin");

    private final Metadata metadata;
    private final ShardRouterConfig config;

    Bootstrap(Metadata metadata, ShardRouterConfig config) {
        this.metadata = metadata;
        this.config = config;
    }

    /** Does all that; without effect where it was done before. */
    void apply() throws StartException {
        try {
            metadata.migrate();
        } catch (IllegalStateException e) {
            throw new StartException(String.valueOf(e.getMessage()), e);
        }
        config.nodes().forEach((name, node) ->
            metadata.cluster().putNode(new NodeId(name), node.zone(), node.address().toString()));
        for (var shard : config.shards().entrySet()) {
            putShard(new Shard(shard.getKey(), shard.getValue().stream().map(NodeId::new).toList()));
        }
        try {
            putAdmin();
        } catch (IOException e) {
            throw new StartException("the first administrator's credentials cannot be read or written: " + e, e);
        }
    }

    private void putShard(Shard wanted) throws StartException {
        Shard stored = metadata.cluster().putShard(wanted);
        if (!stored.equals(wanted) && !stored.equals(afterReplacements(wanted))) {
            throw new StartException("shard " + wanted.name() + " has the nodes " + stored.nodes()
                + " in the metadata database but " + wanted.nodes() + " in the configuration; a shard's nodes are not"
                + " changed by configuration: give the nodes that are stored, or another name");
        }
    }

    /** What became of a shard as it was configured first. */
    private Shard afterReplacements(Shard wanted) {
        List<NodeId> nodes = new ArrayList<>(wanted.nodes());
        metadata.replacements().list(Integer.MAX_VALUE).reversed().stream().filter(Replacement::isInForce)
            .filter(replacement -> !nodes.contains(replacement.joining().node()))
            .forEach(replacement -> nodes.replaceAll(node ->
                node.equals(replacement.leaving()) ? replacement.joining().node() : node));
        return new Shard(wanted.name(), nodes);
    }

    private void putAdmin() throws IOException, StartException {
        List<String> keys = new ArrayList<>(config.adminKeys());
        if (config.adminKeysDir().isPresent()) {
            keys.addAll(keysIn(config.adminKeysDir().get()));
        }
        if (config.adminTokenFile().isEmpty() && keys.isEmpty()) {
            return;
        }
        Optional<User> made = metadata.users().create(ADMIN, true);
        User admin = made.isPresent() ? made.get() : metadata.users().find(ADMIN).orElseThrow();
        if (config.adminTokenFile().isPresent()) {
            TokenSecret secret = tokenIn(config.adminTokenFile().get());
            metadata.tokens().add(admin, secret.hash(),
                AccessToken.Wanted.unlimited("first administrator", Optional.empty()));
        }
        for (String line : keys) {
            try {
                put(admin, PublicKey.parse(line));
            } catch (IllegalArgumentException e) {
                log.atWarn().addKeyValue("problem", e.getMessage()).log("administrator's key is skipped");
            }
        }
    }

    private void put(User admin, PublicKey key) {
        config.keys().rules().objection(key).ifPresent(why -> {
            throw new IllegalArgumentException(why);
        });
        metadata.keys().add(admin, key, Presence.ANY);
    }

    private static List<String> keysIn(Path directory) throws IOException {
        List<String> keys = new ArrayList<>();
        if (Files.isDirectory(directory)) {
            try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "*.pub")) {
                for (Path file : files) {
                    keys.add(Files.readString(file));
                }
            }
        }
        return keys;
    }

    private static TokenSecret tokenIn(Path file) throws IOException, StartException {
        if (!Files.exists(file)) {
            TokenSecret secret = TokenSecret.random(AccessToken.Kind.PERSONAL, new SecureRandom());
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Files.writeString(file, secret.text() + "\n", StandardOpenOption.WRITE);
            return secret;
        }
        return TokenSecret.parse(Files.readString(file).strip()).orElseThrow(() -> new StartException(
            "admin-token-file " + file + " does not hold a token (trine_ and 32 to 128 letters and digits);"
                + " remove the file, and a new one is made"));
    }
}
