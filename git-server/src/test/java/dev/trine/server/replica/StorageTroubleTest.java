package dev.trine.server.replica;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.trine.common.model.ObjectName;
import dev.trine.common.model.PackName;
import dev.trine.common.model.Position;
import dev.trine.common.model.ReadPoint;
import dev.trine.common.model.Role;
import dev.trine.server.hosting.Opened;
import dev.trine.server.hosting.RepositoryView;
import dev.trine.server.repo.JGitRuntime;
import dev.trine.server.repo.JGitSettings;
import dev.trine.server.store.ReplicaSnapshot;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.revwalk.ObjectWalk;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A replica whose Git storage misbehaves, among two that are well. */
final class StorageTroubleTest {
    private static final Duration LONG = Duration.ofSeconds(60);

    @TempDir
    private Path dir;
    private ReplicaCluster cluster;
    private ObjectName tip;

    @BeforeEach
    void startWithSomePushes() throws Exception {
        cluster = new ReplicaCluster(dir);
        for (int i = 0; i < 3; i++) {
            tip = cluster.push("n1", "main");
        }
        cluster.awaitLevel("main", tip, LONG);
    }

    @AfterEach
    void stop() throws Exception {
        cluster.close();
    }

    @Test
    void aBitThatFlippedInAPackIsFoundWhenItIsReadAndRepairedFromAPeer() throws Exception {
        damaged("n2", "pack", Damage.FLIP);
    }

    private void damaged(String node, String extension, Damage damage) throws Exception {
        Path file = file(node, extension);
        byte[] before = Files.readAllBytes(file);
        damage.to(file);
        forgetCachedBlocks();

        readAll(node);

        awaitTrouble(node);
        ObjectName after = cluster.push("n1", "main");
        await().atMost(LONG).untilAsserted(() -> assertThat(pin(node)).isEmpty());
        assertThat(file).hasBinaryContent(before);
        cluster.awaitLevel("main", after, LONG);
        assertThat(cluster.node(node).replicas().probe(ReplicaCluster.REPO).orElseThrow().role())
            .isEqualTo(Role.VOTER);
        assertThat(readAll(node)).isTrue();
    }

    private void awaitTrouble(String node) {
        await().atMost(LONG).untilAsserted(() -> assertThat(cluster.node(node).troubles()).isPositive());
    }

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
        };

        abstract void to(Path file) throws IOException;
    }

    /** JGit's cache belongs to the process, so that the three nodes of this test share it. */
    private static void forgetCachedBlocks() {
        JGitRuntime.start(new JGitSettings(64L << 20, 1)).close();
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

    /** Reads every object that the refs reach, as a clone does; false: the node could or would not. */
    private boolean readAll(String node) throws IOException {
        Opened<RepositoryView> opened = cluster.node(node).replicas().hosting().open(ReplicaCluster.REPO,
            new ReadPoint.StaleAllowed(1, Position.START));
        return switch (opened) {
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
}
