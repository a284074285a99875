package dev.trine.server.durability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.trine.common.model.Epoch;
import dev.trine.common.model.RepoId;
import dev.trine.common.wire.Wire;
import dev.trine.proto.ReplicaDescription;
import dev.trine.proto.Role;
import dev.trine.server.HaltingNode;
import dev.trine.server.hosting.Git;
import dev.trine.server.repo.PackFiles;
import dev.trine.server.store.DataDirectory;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A cluster whose node n1 is killed at one point after the other, and must have forgotten nothing each time. */
final class KilledNode implements AutoCloseable {
    private static final Duration MAX = Duration.ofSeconds(180);

    private final Path dir;
    private final Path armed;
    private final ProcessCluster cluster;
    private final Git git;
    private final Map<RepoId, String> tips = new HashMap<>();
    private final Map<RepoId, Epoch> promises = new HashMap<>();
    private int repositories;

    private KilledNode(Path dir, ProcessCluster cluster) throws Exception {
        this.dir = dir;
        this.armed = dir.resolve("armed");
        this.cluster = cluster;
        this.git = new Git(Files.createDirectories(dir.resolve("work")));
    }

    static KilledNode start(Path dir, NodeStart start) throws Exception {
        KilledNode node = new KilledNode(dir, ProcessCluster.start(dir, dir.resolve("n1"), start));
        node.git.run("init", "--quiet");
        node.startAgain();
        return node;
    }

    /** Something that makes the node change its disk; it may fail, as the node dies. */
    @FunctionalInterface
    interface Act {
        void run() throws Exception;
    }

    ProcessCluster cluster() {
        return cluster;
    }

    Git git() {
        return git;
    }

    /** An id that was never used. */
    RepoId newId() {
        return new RepoId("%032x".formatted(++repositories));
    }

    /** An empty repository on all three nodes. */
    RepoId newRepository() {
        RepoId repo = newId();
        cluster.create(repo);
        return repo;
    }

    /** Arms a point, acts, and waits until the node died there. */
    void kill(HaltPoint point, Act act) throws Exception {
        tips.keySet().forEach(repo -> promises.merge(repo, promised(repo), Epoch::max));
        Files.writeString(armed, point.name());
        Optional<Throwable> failure = Optional.empty();
        try {
            act.run();
        } catch (AssertionError | Exception e) {
            failure = Optional.of(e); // of a call to a node that dies
        }
        await("n1's end at " + point + ", " + failure).atMost(MAX).until(() -> !cluster.victimIsAlive());
        assertThat(cluster.awaitVictimEnd()).as("exit status at %s, %s", point, cluster.victimLog())
            .isEqualTo(HaltingNode.EXIT_STATUS);
        Files.delete(armed);
    }

    /** As {@link #kill}, acting again and again: the node may have come round that point by another way. */
    void killWhile(HaltPoint point, Act act) throws Exception {
        kill(point, () -> {
            long end = System.nanoTime() + MAX.toNanos();
            while (cluster.victimIsAlive() && System.nanoTime() < end) {
                act.run();
            }
        });
    }

    /** As {@link #kill}, of a node that has ended: it dies while it starts, or a little later by itself. */
    void killFromStart(HaltPoint point) throws Exception {
        kill(point, () -> {
            startVictim();
            await().atMost(MAX).until(() -> !cluster.victimIsAlive());
        });
    }

    /** Waits until the node is level, or dies. */
    void awaitLevelOrEnd(RepoId repo) {
        await().atMost(MAX).ignoreExceptions().until(() -> !cluster.victimIsAlive() || cluster.areLevel(repo));
    }

    private Epoch promised(RepoId repo) {
        return cluster.victimIsAlive() ? Wire.fromProto(cluster.describe(ProcessCluster.VICTIM, repo).getPromised())
            : Epoch.NULL;
    }

    /** The node opens its disk again, whatever state that is in. */
    void startAgain() throws Exception {
        assertThat(startVictim()).as("n1 starts: %s", cluster.victimLog()).isTrue();
    }

    /** As {@link #startAgain}, but it may die on the way. */
    boolean startVictim() throws Exception {
        return cluster.startVictim("dev.trine.server.HaltingNode", Map.of(), "-Dtrine.halt=" + armed);
    }

    void stop() throws Exception {
        cluster.stopVictim(false);
    }

    /** A push of one small commit, acknowledged. */
    void push(RepoId repo, String through) {
        git.commit("for " + repo);
        pushHead(repo, through);
    }

    /** A push of the present commit, acknowledged, and pushed again if need be: then it happens only once. */
    void pushHead(RepoId repo, String through) {
        cluster.routeTo(through);
        String tip = git.run("rev-parse", "HEAD").strip();
        await().atMost(MAX).untilAsserted(() -> git.run("push", "--force", cluster.url(repo), "HEAD:refs/heads/main"));
        tips.put(repo, tip);
    }

    /** As {@link #push}, if the node lives to see it; the same push is acknowledged by another node then. */
    void pushOrElseThrough(RepoId repo, String through) {
        git.commit("for " + repo);
        cluster.routeTo(ProcessCluster.VICTIM);
        git.tryRun("push", "--force", cluster.url(repo), "HEAD:refs/heads/main");
        pushHead(repo, through);
    }

    /** Everything acknowledged is on all nodes again, and n1's promises have not fallen. */
    void awaitLevel(RepoId repo) {
        await().atMost(MAX).until(() -> cluster.areLevel(repo));
        assertThat(promised(repo)).isGreaterThanOrEqualTo(promises.getOrDefault(repo, Epoch.NULL));
        cluster.routeTo(ProcessCluster.VICTIM);
        assertThat(git.run("ls-remote", cluster.url(repo), "refs/heads/main")).startsWith(tips.get(repo));
    }

    void awaitRole(RepoId repo, Role role) {
        await().atMost(MAX).until(() -> cluster.describe(ProcessCluster.VICTIM, repo).getRole() == role);
    }

    ReplicaDescription describe(RepoId repo) {
        return cluster.describe(ProcessCluster.VICTIM, repo);
    }

    /** n1's files of a repository. */
    List<String> files(RepoId repo) throws Exception {
        try (var files = Files.list(directory(repo))) {
            return files.map(file -> file.getFileName().toString()).toList();
        } catch (NoSuchFileException e) {
            return List.of(); // the node may remove it at any time
        }
    }

    private Path directory(RepoId repo) {
        return dir.resolve("n1/objects/" + repo.value().substring(0, 2) + "/" + repo);
    }

    /** Stops everything; then the stock git finds each repository whole on each disk, and nothing lies beside it. */
    @Override
    public void close() throws Exception {
        if (cluster.victimIsAlive()) {
            cluster.stopVictim(false);
        }
        cluster.close();
        for (String name : List.of("n1", "n2", "n3")) {
            try (DataDirectory disk = CrashState.open(dir.resolve(name), name)) {
                PackFiles packs = PackFiles.open(disk.objects(), disk.replicas()::lists);
                assertThat(packs.sweep()).as("files on %s that nothing lists", name).isZero();
                for (RepoId repo : disk.replicas().repositories()) {
                    CrashState.fsck(disk.replicas(), packs, repo, dir.resolve("fsck-" + name + "-" + repo));
                }
            }
        }
    }
}
