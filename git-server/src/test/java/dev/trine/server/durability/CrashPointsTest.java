package dev.trine.server.durability;

import static dev.trine.server.durability.HaltPoint.AFTER_APPEND;
import static dev.trine.server.durability.HaltPoint.AFTER_BITMAP_RENAME;
import static dev.trine.server.durability.HaltPoint.AFTER_COMMIT;
import static dev.trine.server.durability.HaltPoint.AFTER_CONTENTS_DELETED;
import static dev.trine.server.durability.HaltPoint.AFTER_COPY_LINK;
import static dev.trine.server.durability.HaltPoint.AFTER_CREATE;
import static dev.trine.server.durability.HaltPoint.AFTER_DIRECTORY_SYNC;
import static dev.trine.server.durability.HaltPoint.AFTER_GENERATION;
import static dev.trine.server.durability.HaltPoint.AFTER_INDEX_DELETE;
import static dev.trine.server.durability.HaltPoint.AFTER_INDEX_RENAME;
import static dev.trine.server.durability.HaltPoint.AFTER_INDEX_SYNC;
import static dev.trine.server.durability.HaltPoint.AFTER_LEARN;
import static dev.trine.server.durability.HaltPoint.AFTER_LOG_COMPACTION;
import static dev.trine.server.durability.HaltPoint.AFTER_PACK_DELETE;
import static dev.trine.server.durability.HaltPoint.AFTER_PACK_RENAME;
import static dev.trine.server.durability.HaltPoint.AFTER_PROMISE;
import static dev.trine.server.durability.HaltPoint.AFTER_PULLED_REFS;
import static dev.trine.server.durability.HaltPoint.AFTER_STAGE;
import static dev.trine.server.durability.HaltPoint.AFTER_SWAP;
import static dev.trine.server.durability.HaltPoint.AFTER_SWITCH;
import static dev.trine.server.durability.HaltPoint.BEFORE_APPEND;
import static dev.trine.server.durability.HaltPoint.BEFORE_COMMIT;
import static dev.trine.server.durability.HaltPoint.BEFORE_CONTENTS_DELETED;
import static dev.trine.server.durability.HaltPoint.BEFORE_CREATE;
import static dev.trine.server.durability.HaltPoint.BEFORE_GENERATION;
import static dev.trine.server.durability.HaltPoint.BEFORE_LEARN;
import static dev.trine.server.durability.HaltPoint.BEFORE_LOG_COMPACTION;
import static dev.trine.server.durability.HaltPoint.BEFORE_PACK_SYNC;
import static dev.trine.server.durability.HaltPoint.BEFORE_PROMISE;
import static dev.trine.server.durability.HaltPoint.BEFORE_STAGE;
import static dev.trine.server.durability.HaltPoint.BEFORE_SWAP;
import static dev.trine.server.durability.HaltPoint.BEFORE_SWITCH;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.trine.common.model.RepoId;
import dev.trine.proto.Role;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** A node that is killed between any two changes of its disk opens it again, goes on, and lost nothing acknowledged. */
@Execution(ExecutionMode.CONCURRENT)
class CrashPointsTest {
    private static final Duration MAX = Duration.ofSeconds(180);
    private static final int FILES_UNTIL_REWRITTEN = 1_050;
    private static final String OTHER = "n2";

    private static final List<HaltPoint> CREATION = List.of(BEFORE_CREATE, AFTER_CREATE);
    private static final List<HaltPoint> STAGING = List.of(BEFORE_PACK_SYNC, AFTER_INDEX_SYNC, AFTER_PACK_RENAME,
        AFTER_INDEX_RENAME, AFTER_DIRECTORY_SYNC, BEFORE_STAGE, AFTER_STAGE);
    private static final List<HaltPoint> LOGGING = List.of(BEFORE_PROMISE, AFTER_PROMISE, BEFORE_APPEND, AFTER_APPEND,
        BEFORE_COMMIT, AFTER_COMMIT);
    private static final List<HaltPoint> FOLLOWED_PUSH = List.of(AFTER_PACK_RENAME, AFTER_STAGE, AFTER_APPEND,
        AFTER_COMMIT);
    private static final List<HaltPoint> CATCH_UP = List.of(AFTER_PACK_RENAME, AFTER_PULLED_REFS, BEFORE_SWITCH,
        AFTER_SWITCH);
    private static final List<HaltPoint> LOG_COMPACTION = List.of(BEFORE_LOG_COMPACTION, AFTER_LOG_COMPACTION);
    private static final List<HaltPoint> PACK_COMPACTION = List.of(AFTER_BITMAP_RENAME, BEFORE_SWAP, AFTER_SWAP,
        AFTER_INDEX_DELETE, AFTER_PACK_DELETE);
    private static final List<HaltPoint> DELETION = List.of(BEFORE_GENERATION, AFTER_GENERATION,
        BEFORE_CONTENTS_DELETED, AFTER_CONTENTS_DELETED, AFTER_INDEX_DELETE, AFTER_PACK_DELETE);
    private static final List<HaltPoint> LEARNING = List.of(BEFORE_LEARN, AFTER_LEARN, AFTER_COPY_LINK,
        AFTER_PACK_RENAME, AFTER_PULLED_REFS, BEFORE_SWITCH, AFTER_SWITCH);
    /** In the order in which they come: the second follows from where the first left it. */
    private static final List<HaltPoint> RETIREMENT = List.of(BEFORE_CONTENTS_DELETED, AFTER_CONTENTS_DELETED);

    private static NodeStart start;

    /** A node that ends in peace after some pushes leaves its classes to those that are killed. */
    @BeforeAll
    static void prepare(@TempDir Path dir) throws Exception {
        Path cache = Files.createDirectories(dir.resolve("cache"));
        NodeStart first = NodeStart.leavingCache(cache);
        try (KilledNode node = KilledNode.start(Files.createDirectories(dir.resolve("first")), first)) {
            RepoId repo = node.newRepository();
            node.push(repo, ProcessCluster.VICTIM);
            node.push(repo, OTHER);
            node.awaitLevel(repo);
        }
        start = first.usingCache(cache);
    }

    @Test
    void everyPointIsTried() {
        Set<HaltPoint> tried = Stream.of(CREATION, STAGING, LOGGING, FOLLOWED_PUSH, CATCH_UP, LOG_COMPACTION,
            PACK_COMPACTION, DELETION, LEARNING, RETIREMENT).flatMap(List::stream)
            .collect(Collectors.toSet());
        assertThat(EnumSet.complementOf(EnumSet.copyOf(tried))).isEmpty();
    }

    @Test
    void creatingARepositoryAndDroppingOldEntriesOfItsLogSurvives(@TempDir Path dir) throws Exception {
        try (KilledNode node = KilledNode.start(dir, start)) {
            for (HaltPoint point : CREATION) {
                RepoId repo = node.newId();
                node.kill(point, () -> node.cluster().create(repo, ProcessCluster.VICTIM));
                node.startAgain();
                node.cluster().create(repo);
                node.push(repo, ProcessCluster.VICTIM);
                node.awaitLevel(repo);
            }
            killInPushes(node, LOG_COMPACTION);
        }
    }

    @Test
    void stagingAPushSurvives(@TempDir Path dir) throws Exception {
        try (KilledNode node = KilledNode.start(dir, start)) {
            killInPushes(node, STAGING);
        }
    }

    @Test
    void aPushWhoseLockThisNodeHoldsSurvives(@TempDir Path dir) throws Exception {
        try (KilledNode node = KilledNode.start(dir, start)) {
            killInPushes(node, LOGGING);
        }
    }

    private static void killInPushes(KilledNode node, List<HaltPoint> points) throws Exception {
        for (HaltPoint point : points) {
            RepoId repo = node.newRepository(); // nobody holds its lock yet
            node.killWhile(point, () -> node.pushOrElseThrough(repo, OTHER));
            node.startAgain();
            node.awaitLevel(repo);
        }
    }

    @Test
    void aPushThatThisNodeFollowsSurvives(@TempDir Path dir) throws Exception {
        try (KilledNode node = KilledNode.start(dir, start)) {
            RepoId repo = node.newRepository();
            for (HaltPoint point : FOLLOWED_PUSH) {
                node.killWhile(point, () -> node.push(repo, OTHER));
                node.startAgain();
                node.awaitLevel(repo);
            }
        }
    }

    @Test
    void catchingUpSurvives(@TempDir Path dir) throws Exception {
        try (KilledNode node = KilledNode.start(dir, start)) {
            RepoId repo = node.newRepository();
            for (HaltPoint point : CATCH_UP) {
                node.killWhile(point, () -> {
                    node.stop();
                    node.push(repo, OTHER);
                    node.push(repo, OTHER);
                    node.startVictim();
                    node.awaitLevelOrEnd(repo); // level without a pull: the holder was still sending what it missed
                });
                node.startAgain();
                node.awaitLevel(repo);
            }
        }
    }

    @Test
    void rewritingPacksSurvives(@TempDir Path dir) throws Exception {
        try (KilledNode node = KilledNode.start(dir, start)) {
            node.git().commit("few");
            for (int i = 0; i < FILES_UNTIL_REWRITTEN; i++) {
                Files.writeString(node.git().directory().resolve("file" + i), "number " + i + "\n");
            }
            node.git().run("add", "-A");
            node.git().commit("many");
            for (HaltPoint point : PACK_COMPACTION) {
                RepoId repo = node.newRepository();
                node.cluster().routeTo(ProcessCluster.VICTIM);
                node.git().push(node.cluster().url(repo), "HEAD~1:refs/heads/main");
                // a second pack: one alone is rewritten to itself
                node.kill(point, () ->
                    node.git().push("--force", node.cluster().url(repo), "HEAD:refs/heads/main"));
                node.startAgain();
                node.push(repo, ProcessCluster.VICTIM);
                node.awaitLevel(repo);
                node.git().run("reset", "--quiet", "--hard", "HEAD~1");
            }
        }
    }

    @Test
    void deletingARepositorySurvives(@TempDir Path dir) throws Exception {
        try (KilledNode node = KilledNode.start(dir, start)) {
            for (HaltPoint point : DELETION) {
                RepoId repo = node.newRepository();
                node.push(repo, OTHER);
                node.awaitLevel(repo);
                node.kill(point, () -> node.cluster().delete(repo, OTHER));
                node.startAgain();
                node.awaitRole(repo, Role.DELETED);
                await().atMost(MAX).until(() -> node.files(repo).isEmpty());
            }
        }
    }

    @Test
    void removingWhatHasMovedToOthersSurvives(@TempDir Path dir) throws Exception {
        try (KilledNode node = KilledNode.start(dir, start)) {
            RepoId repo = node.newRepository();
            node.push(repo, OTHER);
            node.awaitLevel(repo);
            node.kill(RETIREMENT.getFirst(), () -> node.cluster().replaceVictim(repo));
            node.killFromStart(RETIREMENT.getLast());
            node.startAgain();
            node.awaitRole(repo, Role.RETIRED);
            await().atMost(MAX).until(() -> node.files(repo).isEmpty());
            node.push(repo, OTHER);
        }
    }

    @Test
    void learningARepositoryAndBecomingItsMemberSurvives(@TempDir Path dir) throws Exception {
        try (KilledNode node = KilledNode.start(dir, start)) {
            for (HaltPoint point : LEARNING) {
                RepoId repo = node.newId();
                node.cluster().createWithout(repo);
                node.push(repo, OTHER);
                node.push(repo, OTHER);
                node.kill(point, () -> {
                    node.cluster().learn(repo);
                    await().atMost(MAX).until(() -> !node.cluster().victimIsAlive());
                });
                node.startAgain();
                node.cluster().learn(repo);
                await().atMost(MAX).until(() -> node.describe(repo).getCommitted().getVersion() >= 2);
                node.cluster().join(repo);
                node.awaitRole(repo, Role.VOTER);
                node.push(repo, ProcessCluster.VICTIM);
                node.awaitLevel(repo);
            }
        }
    }
}
