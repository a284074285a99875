package dev.trine.router.directory;

import dev.trine.common.live.LiveValues;
import dev.trine.common.model.RepoId;
import dev.trine.router.metadata.Access;
import dev.trine.router.metadata.Credential;
import dev.trine.router.metadata.Metadata;
import dev.trine.router.metadata.MetadataAwayException;
import dev.trine.router.metadata.MigrationPlan;
import dev.trine.router.metadata.RepoPath;
import dev.trine.router.metadata.Repository;
import dev.trine.router.metadata.Scope;
import dev.trine.router.metadata.SettingChange;
import dev.trine.router.metadata.Sha256;
import dev.trine.router.metadata.TokenSecret;
import dev.trine.router.metadata.User;
import dev.trine.router.metadata.UserName;
import dev.trine.router.routing.Placement;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers who somebody is, what he may do, and where a repository lives. Every answer says whether it is the database's
 * or the last known one. Throws {@link MetadataAwayException} when the database is away and the thing was never asked
 * for before. Any thread.
 */
public final class Directory implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Directory.class);
    static final String CLUSTER_KEY = "cluster";
    static final String LIVE_KEY = "live";
    static final String MIGRATION_KEY = "migration";
    private static final String PATH_KEY = "path/";

    private final Metadata metadata;
    private final Layers layers;
    private final Clock clock;
    private final LastUse use;

    private Directory(Metadata metadata, Layers layers, Clock clock) {
        this.metadata = metadata;
        this.layers = layers;
        this.clock = clock;
        this.use = new LastUse(metadata, clock);
    }

    /**
     * Opens the directory.
     *
     * @param cacheDirectory where the last known words are kept
     * @param secret         what they are sealed with; words under another one are not believed
     * @param freshFor       how long the database's word counts without asking again
     * @param ageMax         how old the last known word may be
     */
    public static Directory open(Metadata metadata, Path cacheDirectory, byte[] secret, Clock clock,
                                 Duration freshFor, Duration ageMax) throws IOException {
        return new Directory(metadata, Layers.open(cacheDirectory, new Seal(secret), clock, freshFor, ageMax), clock);
    }

    /** Who presents that token; empty: it does not work, or its user is disabled. */
    public Optional<Bearer> identify(TokenSecret token) {
        Sha256 hash = token.hash();
        Optional<Bearer> bearer = layers.ask(tokenKey(hash), CacheFormat.CREDENTIAL,
            () -> metadata.tokens().credential(hash)).value().flatMap(this::bearer);
        bearer.ifPresent(known -> use.token(hash));
        return bearer;
    }

    /** Who has that key, given in wire form, if he proves it; empty: nobody, or a user who is disabled. */
    public Optional<Bearer> identify(byte[] key) {
        Sha256 fingerprint = Sha256.of(key);
        Optional<Bearer> bearer = layers.ask(sshKey(fingerprint), CacheFormat.CREDENTIAL,
            () -> metadata.keys().credential(key)).value().flatMap(this::bearer);
        bearer.ifPresent(known -> use.key(fingerprint));
        return bearer;
    }

    /** The user of that name, whom a proxy knows by other proof; empty: there is none, or he is disabled. */
    public Optional<Bearer> identify(UserName name) {
        return layers.ask(nameKey(name), CacheFormat.CREDENTIAL,
            () -> metadata.users().find(name).map(Directory::wholly)).value().flatMap(this::bearer);
    }

    /** What stands for a user with all that he may. */
    static Credential wholly(User user) {
        return Credential.unlimited("user " + user.name(), user.id());
    }

    /** Who presents a credential that was identified before; empty: it does not work any more. */
    public Optional<Bearer> bearer(Credential presented) {
        Optional<Credential> working = presented.at(clock.instant());
        if (working.isEmpty() || presented.user().isEmpty()) {
            return working.map(credential -> new Bearer(credential, Optional.empty()));
        }
        return access(presented.user().getAsLong()).filter(access -> !access.user().disabled())
            .map(access -> new Bearer(working.get(), Optional.of(access.within(working.get().rights()))));
    }

    /** Notes when credentials were used; to be started. */
    public LastUse use() {
        return use;
    }

    /** A user, disabled or not, with his grants. */
    public Optional<Access> access(long userId) {
        return layers.ask(accessKey(userId), CacheFormat.ACCESS, () -> metadata.users().access(userId)).value();
    }

    /** The repository at that path, or, if there is none, the one that was there before it was renamed. */
    public Known<Optional<Repository>> repository(RepoPath path) {
        return layers.ask(pathKey(path), CacheFormat.REPOSITORY, () -> metadata.repositories().follow(path));
    }

    /** Upstreams and migration rules. A router that was never told of any, and cannot ask, knows of none. */
    public MigrationPlan migration() {
        try {
            return layers.ask(MIGRATION_KEY, CacheFormat.MIGRATION, () -> Optional.of(metadata.upstreams().plan()))
                .value().orElse(MigrationPlan.NONE);
        } catch (MetadataAwayException away) {
            if (layers.isKept(MIGRATION_KEY)) {
                throw away;
            }
            return MigrationPlan.NONE;
        }
    }

    /** Upstreams or migration rules changed. */
    public void changedMigration() {
        layers.changed(MIGRATION_KEY);
        readAgain(this::migration);
    }

    /** Nodes and shards; never fresh from memory. */
    public Known<ClusterMap> cluster() {
        try {
            ClusterMap said = new ClusterMap(metadata.cluster().nodes(), metadata.cluster().shards());
            layers.keep(CLUSTER_KEY, CacheFormat.CLUSTER, said);
            return new Known<>(said, Known.Source.DATABASE, Duration.ZERO);
        } catch (MetadataAwayException away) {
            Known<Optional<ClusterMap>> last = layers.ask(CLUSTER_KEY, CacheFormat.CLUSTER, () -> {
                throw away;
            });
            return new Known<>(last.value().orElseThrow(() -> away), Known.Source.CACHE, last.age());
        }
    }

    /** What is set live; never fresh from memory. */
    public Known<LiveValues> live() {
        try {
            LiveValues said = live(metadata);
            layers.keep(LIVE_KEY, CacheFormat.LIVE, said);
            return new Known<>(said, Known.Source.DATABASE, Duration.ZERO);
        } catch (MetadataAwayException away) {
            Known<Optional<LiveValues>> last = layers.ask(LIVE_KEY, CacheFormat.LIVE, () -> {
                throw away;
            });
            return new Known<>(last.value().orElseThrow(() -> away), last.source(), last.age());
        }
    }

    /** What the database says. */
    static LiveValues live(Metadata metadata) {
        List<SettingChange> newest = metadata.settings().newest();
        Map<String, String> values = new HashMap<>();
        newest.forEach(change -> change.value().ifPresent(value -> values.put(change.name(), value)));
        return new LiveValues(newest.stream().mapToLong(change -> change.at().toEpochMilli()).max().orElse(0), values);
    }

    /** Notes a newer generation of a repository, in the database if that can be reached, and in the cache. */
    public Repository moved(Repository repository, Placement newer) {
        Repository moved = repository.at(newer);
        try {
            metadata.repositories().move(repository.id(), newer);
            changedPath(repository.path());
        } catch (MetadataAwayException away) {
            // the row is a hint: another request moves it when the database is back
            layers.keep(pathKey(repository.path()), CacheFormat.REPOSITORY, moved);
        }
        return moved;
    }

    /** A user, or his grants, changed. */
    public void changedUser(long userId) {
        layers.changed(accessKey(userId));
        readAgain(() -> access(userId));
    }

    /** A token was revoked. */
    public void changedToken(Sha256 hash) {
        layers.changed(tokenKey(hash));
    }

    /** A key was removed. */
    public void changedKey(Sha256 fingerprint) {
        layers.changed(sshKey(fingerprint));
    }

    /** Visibility or rules of a path changed: repositories at and below it are asked for anew. */
    public void changedPolicy(Scope at) {
        layers.changedBelow(key -> key.startsWith(PATH_KEY) && at.covers(new Scope(key.substring(PATH_KEY.length()))));
    }

    /** A repository was created, renamed or deleted there. */
    public void changedPath(RepoPath path) {
        layers.changed(pathKey(path));
        readAgain(() -> repository(path));
    }

    /** So that the last known word is the newest one if the database goes away next. */
    private void readAgain(Supplier<?> question) {
        try {
            question.get();
        } catch (MetadataAwayException away) {
            log.atDebug().log("what was changed is read again when the metadata database is back");
        }
    }

    /** Keeps the last known words whole: begins to read everything that the database says, again and again. */
    public WholeCopy copy(Duration interval) {
        return new WholeCopy(metadata, layers, interval);
    }

    static String tokenKey(Sha256 hash) {
        return "token/" + hash;
    }

    static String sshKey(Sha256 fingerprint) {
        return "key/" + fingerprint;
    }

    static String nameKey(UserName name) {
        return "user/" + name;
    }

    static String accessKey(long userId) {
        return "access/" + userId;
    }

    static String pathKey(RepoPath path) {
        return PATH_KEY + path;
    }

    /** Looks a repository up by id, in the database only. */
    public Optional<Repository> repository(RepoId id) {
        return metadata.repositories().find(id);
    }

    @Override
    public void close() {
        layers.close();
    }
}
