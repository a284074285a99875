package dev.trine.server.replica;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.trine.common.config.ByteSize;
import dev.trine.common.model.ObjectName;
import dev.trine.common.model.PackName;
import dev.trine.common.model.Position;
import dev.trine.common.model.PushOutcome;
import dev.trine.common.model.ReadPoint;
import dev.trine.common.model.Role;
import dev.trine.server.hosting.Opened;
import dev.trine.server.hosting.Refusal;
import dev.trine.server.hosting.RepositoryView;
import dev.trine.server.replication.Withdrawal;
import dev.trine.server.repo.JGitRuntime;
import dev.trine.server.repo.JGitSettings;
import dev.trine.server.store.ReplicaSnapshot;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.revwalk.ObjectWalk;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A replica whose Git storage misbehaves, among two that are well. */
final class StorageTroubleTest {
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final ReplicaSettings SCRUBBING = new ReplicaSettings(100, Duration.ofSeconds(60),
        Duration.ofHours(1), new ByteSize(1 << 30), Duration.ofSeconds(10), Duration.ofSeconds(10),
        Duration.ofHours(1),
        new SafetySettings(Duration.ofMillis(100), new ByteSize(1 << 20), Duration.ofMillis(300)));
    private static final ReplicaSettings PATIENT = new ReplicaSettings(100, Duration.ofSeconds(60),
        Duration.ofHours(1), new ByteSize(1 << 30), Duration.ofSeconds(10), Duration.ofSeconds(10),
        Duration.ofHours(1), new SafetySettings(Duration.ofMillis(100), new ByteSize(0), Duration.ofDays(1)));

    @TempDir
    private Path dir;
    private ReplicaCluster cluster;
    private ObjectName tip;

    @BeforeEach
    void startWithSomePushes() throws Exception {
        start(PATIENT);
    }

    private void start(ReplicaSettings settings) throws Exception {
        cluster = new ReplicaCluster(Files.createTempDirectory(dir, "cluster"), settings);
        for (int i = 0; i < 3; i++) {
            tip = cluster.push("n1", "main");
        }
        cluster.awaitLevel("main", tip, LONG);
    }

    @AfterEach
    void stop() throws Exception {
        cluster.close();
    }

    @ParameterizedTest
    @CsvSource({"pack,FLIP,CORRUPT", "idx,FLIP,CORRUPT", "pack,TRUNCATE,CORRUPT", "idx,TRUNCATE,CORRUPT",
        "pack,DELETE,MISSING", "idx,DELETE,MISSING"})
    void aDamagedFileIsFoundWhenItIsReadAndReplacedByAPeersCopy(String extension, Damage damage,
                                                                Withdrawal.Cause cause) throws Exception {
        Path file = file("n2", extension);
        byte[] before = Files.readAllBytes(file);
        damage.to(file);
        restartIsolated("n2"); // at its start it looks by itself, and would soon have a peer's copy

        assertThat(readAll("n2")).isFalse();

        await().atMost(LONG).untilAsserted(() -> assertThat(cluster.node("n2").troubles()).isPositive());
        assertThat(cluster.node("n2").firstTrouble().kind().name()).isEqualTo(cause.name());
        cluster.join();
        ObjectName after = cluster.push("n1", "main");
        awaitSound("n2");
        assertThat(file).hasBinaryContent(before);
        cluster.awaitLevel("main", after, LONG);
        assertThat(readAll("n2")).isTrue();
    }

    @Test
    void aReplicaThatCannotBeRepairedNeitherVotesNorServesNotEvenAfterARestart() throws Exception {
        Damage.FLIP.to(file("n2", "pack"));
        restart("n2");
        cluster.isolate("n2");

        assertThat(readAll("n2")).isFalse();
        awaitWithdrawn("n2", Withdrawal.Cause.CORRUPT);
        cluster.kill("n2");
        cluster.startIsolated("n2");

        awaitWithdrawn("n2", Withdrawal.Cause.CORRUPT);
        assertThat(refusal("n2")).isInstanceOf(Refusal.Unavailable.class);
        cluster.kill("n3");
        assertThat(cluster.tryPush("n1", "main", cluster.commit())).isInstanceOf(PushOutcome.Refused.class);
        cluster.start("n3");
        cluster.join();
        awaitSound("n2");
        assertThat(readAll("n2")).isTrue();
    }

    @Test
    void aMissingPackIsFoundAtTheStartThoughNobodyReadsIt() throws Exception {
        Path file = file("n2", "pack");
        byte[] before = Files.readAllBytes(file);
        Damage.DELETE.to(file);
        restart("n2");

        await().atMost(LONG).ignoreException(UncheckedIOException.class) // it is being replaced
            .untilAsserted(() -> assertThat(file).hasBinaryContent(before));

        awaitSound("n2");
    }

    @Test
    void aDamagedBitmapIsNotBelievedAndIsRemoved() throws Exception {
        repack("n2");
        Path bitmap = file("n2", "bitmap");
        assertThat(bitmap).exists();
        Damage.FLIP.to(bitmap);
        restart("n2");
        assertThat(readAll("n2")).isTrue();

        assertThat(cluster.node("n2").replicas().health().repair(ReplicaCluster.REPO)).isPresent();

        awaitSound("n2");
        assertThat(bitmap).doesNotExist();
        assertThat(readAll("n2")).isTrue();
    }

    @Test
    void packsThatNobodyHasAnyMoreAreReplacedByThoseOfAPeer() throws Exception {
        for (String peer : List.of("n1", "n3")) {
            repack(peer);
        }
        Path damaged = file("n2", "pack");
        Damage.DELETE.to(damaged);
        restartIsolated("n2");

        assertThat(readAll("n2")).isFalse();

        cluster.join();
        awaitSound("n2");
        assertThat(readAll("n2")).isTrue();
        assertThat(damaged).doesNotExist();
        tip = cluster.push("n2", "main");
        cluster.awaitLevel("main", tip, LONG);
    }

    @Test
    void aDiskThatCannotBeReadIsLeftAloneUntilItCan() throws Exception {
        restart("n2");
        cluster.node("n2").faults().failReads(true);

        assertThat(readAll("n2")).isFalse();

        awaitWithdrawn("n2", Withdrawal.Cause.READ_ERROR);
        assertThat(readAll("n1")).isTrue();
        tip = cluster.push("n1", "main");
        await().atMost(LONG).until(() -> pin("n2").orElseThrow().attempts() > 1);
        cluster.node("n2").faults().failReads(false);
        awaitSound("n2");
        cluster.awaitLevel("main", tip, LONG);
    }

    @Test
    void whatWasCommittedMeanwhileIsLookedForThoughNobodyTellsOfIt() throws Exception {
        restart("n2");
        cluster.node("n2").faults().failReads(true);
        assertThat(readAll("n2")).isFalse();
        awaitWithdrawn("n2", Withdrawal.Cause.READ_ERROR);
        cluster.isolate("n2");
        tip = cluster.push("n1", "main");
        for (String peer : List.of("n1", "n3")) {
            cluster.connect("n2", peer); // it may ask, but nothing is sent to it
        }
        int attempts = pin("n2").orElseThrow().attempts();
        await().atMost(LONG).until(() -> pin("n2").orElseThrow().attempts() > attempts + 1);
        CompletableFuture<ObjectName> during = new CompletableFuture<>();
        cluster.node("n2").faults().beforeEachPack(() -> isFollowing("n2") && during.complete(pushed("n1")));

        cluster.node("n2").faults().failReads(false);

        tip = during.get(LONG.toSeconds(), TimeUnit.SECONDS); // while it follows, too late for that
        awaitSound("n2");
        cluster.awaitLevel("main", tip, LONG);
    }

    @Test
    void aDiskThatCannotBeWrittenIsLeftAloneUntilItCan() throws Exception {
        cluster.node("n2").faults().failSyncs(true);

        tip = cluster.push("n1", "main");

        awaitWithdrawn("n2", Withdrawal.Cause.WRITE_ERROR);
        cluster.node("n2").faults().failSyncs(false);
        awaitSound("n2");
        cluster.awaitLevel("main", tip, LONG);
    }

    @Test
    void aFullDiskTakesNoPartUntilThereIsRoomAgain() throws Exception {
        cluster.node("n2").faults().fill(true);

        tip = cluster.push("n1", "main");

        awaitWithdrawn("n2", Withdrawal.Cause.DISK_FULL);
        await().atMost(LONG).untilAsserted(() -> assertThat(pin("n2").orElseThrow().doing()).contains("room"));
        cluster.node("n2").faults().fill(false);
        awaitSound("n2");
        cluster.awaitLevel("main", tip, LONG);
    }

    @Test
    void aFullDiskServesOnWhereTheOthersAreNotBothThere() throws Exception {
        cluster.kill("n3");
        cluster.node("n2").faults().fill(true);

        assertThat(cluster.tryPush("n1", "main", cluster.commit())).isInstanceOf(PushOutcome.Refused.class);

        assertThat(readAll("n2")).isTrue();
        assertThat(pin("n2")).isEmpty();
    }

    @Test
    void damageThatNobodyReadsIsFoundByTheSlowVerification() throws Exception {
        cluster.close();
        start(SCRUBBING);
        Path file = file("n2", "pack");
        byte[] before = Files.readAllBytes(file);
        Damage.FLIP.to(file);

        await().atMost(LONG).ignoreException(UncheckedIOException.class) // it is being replaced
            .untilAsserted(() -> assertThat(file).hasBinaryContent(before));

        awaitSound("n2");
        assertThat(cluster.node("n2").replicas().health().scrubbed().damaged()).isPositive();
    }

    @Test
    void aRepairOnDemandFindsDamageAndMendsIt() throws Exception {
        Damage.FLIP.to(file("n2", "pack"));

        StorageHealth.Verified verified =
            cluster.node("n2").replicas().health().repair(ReplicaCluster.REPO).orElseThrow();

        assertThat(verified.packs()).isPositive();
        assertThat(verified.repaired()).isTrue();
        awaitSound("n2");
    }

    /** Its packs are sound again, and what it pulls now is what the others have committed. */
    private boolean isFollowing(String node) {
        return pin(node).filter(pin -> pin.doing().equals("checks that every object is there")).isPresent();
    }

    private ObjectName pushed(String node) {
        try {
            return cluster.push(node, "main");
        } catch (Exception e) {
            throw new AssertionError("while a peer repairs itself, a push is not refused", e);
        }
    }

    private void restart(String node) throws Exception {
        cluster.kill(node);
        JGitRuntime.start(new JGitSettings(64L << 20, 1)).close(); // its cache belongs to the process
        cluster.start(node);
    }

    private void restartIsolated(String node) throws Exception {
        cluster.kill(node);
        JGitRuntime.start(new JGitSettings(64L << 20, 1)).close(); // its cache belongs to the process
        cluster.startIsolated(node);
    }

    /** Puts all of a node's packs into one, as its own compaction would. */
    private void repack(String node) throws Exception {
        try (JGitRuntime jgit = JGitRuntime.start(new JGitSettings(64L << 20, 1))) {
            cluster.node(node).compact(ReplicaCluster.REPO, jgit);
        }
        restart(node);
    }

    private void awaitWithdrawn(String node, Withdrawal.Cause cause) {
        await().atMost(LONG).untilAsserted(() -> {
            assertThat(pin(node).map(pin -> pin.withdrawal().cause())).contains(cause);
            assertThat(role(node)).isEqualTo(Role.WITHDRAWN);
        });
    }

    private void awaitSound(String node) {
        await().atMost(LONG).untilAsserted(() -> {
            assertThat(pin(node)).isEmpty();
            assertThat(role(node)).isEqualTo(Role.VOTER);
        });
    }

    private Role role(String node) {
        return cluster.node(node).replicas().probe(ReplicaCluster.REPO).orElseThrow().role();
    }

    private Optional<Pin> pin(String node) {
        return cluster.node(node).replicas().health().pin(ReplicaCluster.REPO);
    }

    private Path file(String node, String extension) throws IOException {
        try (ReplicaSnapshot now = cluster.node(node).store().snapshot(ReplicaCluster.REPO).orElseThrow()) {
            PackName pack = now.packs().getFirst();
            Path file = cluster.node(node).files().pack(ReplicaCluster.REPO, pack);
            return file.resolveSibling("pack-" + pack.hex() + "." + extension);
        }
    }

    private Opened<RepositoryView> open(String node) {
        return cluster.node(node).replicas().hosting().open(ReplicaCluster.REPO,
            new ReadPoint.StaleAllowed(1, Position.START));
    }

    private Refusal refusal(String node) {
        return switch (open(node)) {
            case Opened.Refused<RepositoryView> refused -> refused.why();
            case Opened.Ready<RepositoryView> ready -> throw new AssertionError(node + " serves");
        };
    }

    /** Reads every object that the refs reach, as a clone does; false: the node could or would not. */
    private boolean readAll(String node) throws IOException {
        return switch (open(node)) {
            case Opened.Refused<RepositoryView> refused -> false;
            case Opened.Ready<RepositoryView> ready -> {
                try (RepositoryView view = ready.value(); ObjectWalk walk = new ObjectWalk(view.git())) {
                    walk.markStart(walk.parseAny(ObjectId.fromString(tip.hex())));
                    walk.checkConnectivity();
                    yield true;
                } catch (IOException e) {
                    yield false;
                }
            }
        };
    }

    /** What happens to a file behind its node's back. */
    private enum Damage {
        FLIP {
            @Override
            void to(Path file) throws IOException {
                try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
                    long middle = open.length() / 2;
                    open.seek(middle);
                    int was = open.read();
                    open.seek(middle);
                    open.write(was ^ 4);
                }
            }
        },
        TRUNCATE {
            @Override
            void to(Path file) throws IOException {
                try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
                    open.setLength(open.length() * 2 / 3);
                }
            }
        },
        DELETE {
            @Override
            void to(Path file) throws IOException {
                Files.delete(file);
            }
        };

        abstract void to(Path file) throws IOException;
    }
}
