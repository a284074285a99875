package dev.trine.router.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.trine.common.model.Incarnation;
import dev.trine.common.model.Member;
import dev.trine.common.model.NodeId;
import dev.trine.common.model.RepoId;
import dev.trine.router.fixture.DatabaseServer;
import dev.trine.router.fixture.SettableClock;
import dev.trine.router.metadata.AccessRole;
import dev.trine.router.metadata.AccessToken.Kind;
import dev.trine.router.metadata.AccessToken.Wanted;
import dev.trine.router.metadata.Credential;
import dev.trine.router.metadata.Grant;
import dev.trine.router.metadata.Metadata;
import dev.trine.router.metadata.MetadataAwayException;
import dev.trine.router.metadata.MetadataConfig;
import dev.trine.router.metadata.Presence;
import dev.trine.router.metadata.RepoPath;
import dev.trine.router.metadata.Rights;
import dev.trine.router.metadata.Scope;
import dev.trine.router.metadata.Shard;
import dev.trine.router.metadata.TokenSecret;
import dev.trine.router.metadata.User;
import dev.trine.router.metadata.UserName;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** A router's last known words when nothing ever went through it, and its MariaDB is killed. */
class WholeCopyTest {
    private static final Duration NEVER_FRESH = Duration.ofNanos(1);
    private static final Duration AGE_MAX = Duration.ofHours(1);
    private static final byte[] SECRET = new byte[32];
    private static final Seal SEAL = new Seal(SECRET);
    private static final RepoPath TOOL = new RepoPath("team/tool");

    @TempDir
    private Path directory;

    private final SettableClock clock = new SettableClock(Instant.parse("2026-11-21T08:00:00Z"));
    private final TokenSecret token = TokenSecret.random(Kind.PERSONAL, new SecureRandom());
    private DatabaseServer database;
    private Metadata metadata;
    private Layers layers;
    private WholeCopy copy;
    private User ann;

    @BeforeEach
    void start() throws Exception {
        database = DatabaseServer.mariaDb(directory.resolve("database"));
        metadata = Metadata.open(new MetadataConfig(database.freshDatabase(), "root", Optional.empty(), 4,
            Duration.ofSeconds(3), Duration.ofSeconds(30)), clock);
        await().atMost(Duration.ofSeconds(60)).ignoreExceptionsInstanceOf(MetadataAwayException.class).until(() -> {
            metadata.migrate(); // a first connection may take longer than a router's patience
            return true;
        });
        List<NodeId> nodes = IntStream.rangeClosed(1, 3).mapToObj(i -> new NodeId("n" + i)).toList();
        nodes.forEach(node -> metadata.cluster().putNode(node, "z" + node, "127.0.0.1:9000"));
        metadata.cluster().putShard(new Shard("s1", nodes));
        ann = metadata.users().create(new UserName("ann"), false).orElseThrow();
        metadata.tokens().add(ann, token.hash(), Wanted.unlimited("", Optional.empty())).orElseThrow();
        metadata.grants().set(ann, new Scope("team"), AccessRole.WRITER, 9);
        metadata.repositories().create(new RepoId("1".repeat(32)), TOOL, "s1", nodes.stream()
            .map(node -> new Member(node, new Incarnation("a".repeat(32)))).toList(), "main").orElseThrow();
        layers = Layers.open(directory.resolve("cache"), SEAL, clock, NEVER_FRESH, AGE_MAX);
        copy = new WholeCopy(metadata, layers, Duration.ofHours(1));
    }

    @AfterEach
    void close() {
        copy.close();
        layers.close();
        metadata.close();
        database.close();
    }

    private Directory withoutDatabase() throws Exception {
        layers.close();
        database.kill();
        Directory known = Directory.open(metadata, directory.resolve("cache"), SECRET, clock, NEVER_FRESH, AGE_MAX);
        layers = Layers.open(directory.resolve("unused"), SEAL, clock, NEVER_FRESH, AGE_MAX);
        return known;
    }

    @Test
    void everybodyAndEverythingIsKnownWithoutHavingBeenAskedFor() throws Exception {
        copy.runOnce();
        try (Directory known = withoutDatabase()) {
            assertThat(known.identify(token).orElseThrow().name()).isEqualTo("ann");
            assertThat(known.access(ann.id()).orElseThrow().grants())
                .containsExactly(new Grant(ann.name(), new Scope("team"), AccessRole.WRITER));
            assertThat(known.repository(TOOL).value().orElseThrow().placement().members()).hasSize(3);
            assertThat(known.cluster().value().nodes()).hasSize(3);
        }
    }

    @Test
    void whatAnotherRouterRevokedIsForgotten() throws Exception {
        copy.runOnce();
        long id = metadata.tokens().list(Optional.empty()).getFirst().id();
        metadata.tokens().revoke(id);
        clock.forward(Duration.ofSeconds(1));
        copy.runOnce();
        try (Directory known = withoutDatabase()) {
            assertThatThrownBy(() -> known.identify(token)).isInstanceOf(MetadataAwayException.class);
            assertThat(known.access(ann.id())).isPresent();
        }
    }

    @Test
    void aDatabaseThatHasSuddenlyLostAlmostEverythingIsNotBelieved() throws Exception {
        List<TokenSecret> lost = IntStream.range(0, 150)
            .mapToObj(i -> TokenSecret.random(Kind.PERSONAL, new SecureRandom())).toList();
        lost.forEach(secret -> layers.learn(Directory.tokenKey(secret.hash()), CacheFormat.CREDENTIAL,
            Credential.unlimited("token 1", ann.id())));
        clock.forward(Duration.ofSeconds(1));
        ListAppender<ILoggingEvent> logged = new ListAppender<>();
        Logger logger = (Logger) LoggerFactory.getLogger(WholeCopy.class);
        logged.start();
        logger.addAppender(logged);
        copy.runOnce();
        logger.detachAppender(logged);
        assertThat(logged.list).singleElement().satisfies(alarm -> {
            assertThat(alarm.getLevel()).isEqualTo(Level.ERROR);
            assertThat(alarm.getMessage()).isEqualTo("the metadata database has suddenly lost much of what it said; the"
                + " last known words are kept until they are too old: was it restored from an old copy?");
        });
        try (Directory known = withoutDatabase()) {
            assertThat(known.identify(lost.getFirst()).orElseThrow().name()).isEqualTo("ann");
        }
    }

    @Test
    void credentialsThatHaveEndedAreForgottenAndAreNoLoss() throws Exception {
        copy.runOnce();
        long others = layers.sweep(Instant.EPOCH, 0).all();
        List<TokenSecret> ended = IntStream.range(0, 150)
            .mapToObj(i -> TokenSecret.random(Kind.WORKLOAD, new SecureRandom())).toList();
        ended.forEach(secret -> layers.learn(Directory.tokenKey(secret.hash()), CacheFormat.CREDENTIAL,
            new Credential("workload", OptionalLong.empty(), Rights.NONE, false,
                Optional.of(clock.instant().plusSeconds(1)), Presence.ANY)));
        clock.forward(Duration.ofSeconds(1));
        copy.runOnce();
        assertThat(layers.sweep(Instant.EPOCH, 0).all()).isEqualTo(others);
    }

    @Test
    void whatBearsAnotherSealIsNotBelieved() throws Exception {
        copy.runOnce();
        layers.close();
        database.kill();
        layers = Layers.open(directory.resolve("unused"), SEAL, clock, NEVER_FRESH, AGE_MAX);
        try (Directory foreign = Directory.open(metadata, directory.resolve("cache"), new byte[] {1}, clock,
            NEVER_FRESH, AGE_MAX)) {
            assertThatThrownBy(() -> foreign.identify(token)).isInstanceOf(MetadataAwayException.class);
        }
    }
}
