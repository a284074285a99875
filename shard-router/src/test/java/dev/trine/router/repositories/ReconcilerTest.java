package dev.trine.router.repositories;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trine.common.model.RepoId;
import dev.trine.router.fixture.FakeNode;
import dev.trine.router.fixture.TestParts;
import dev.trine.router.metadata.RepoPath;
import dev.trine.router.metadata.Repository;
import dev.trine.router.metadata.Repository.Phase;
import dev.trine.router.nodes.Probes;
import dev.trine.router.nodes.Repairs;
import dev.trine.router.version.RouteLimits;
import dev.trine.router.version.Routes;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReconcilerTest {
    private static final RepoId REPO = new RepoId("0123456789abcdef0123456789abcdef");

    @TempDir
    Path directory;

    private TestParts parts;
    private Creation creation;
    private Reconciler reconciler;

    @BeforeEach
    void start() throws Exception {
        parts = new TestParts(directory);
        Routes routes = new Routes(new Probes(parts.calls(), parts.nodes(), Duration.ofSeconds(1)),
            new Repairs(parts.calls(), parts.nodes()), parts.nodes(), parts.directory(),
            new RouteLimits(Duration.ofSeconds(2), Duration.ofMillis(100), Duration.ofMillis(1),
                false));
        creation = new Creation(parts.metadata(), parts.directory(), parts.nodes(), parts.calls(), "main");
        Deletion deletion = new Deletion(parts.metadata(), parts.directory(), routes, parts.calls(), parts.nodes());
        reconciler = new Reconciler(parts.metadata(), creation, deletion, parts.calls(), parts.nodes(), parts.clock());
    }

    @AfterEach
    void close() throws Exception {
        reconciler.close();
        creation.close();
        parts.close();
    }

    /** A router entered the row and died. */
    private Repository brokenOff() {
        return parts.metadata().repositories().create(REPO, new RepoPath("team/tool"), "s1", parts.members(),
            "refs/heads/main").orElseThrow();
    }

    private Phase phase() {
        return parts.metadata().repositories().find(REPO).orElseThrow().phase();
    }

    @Test
    void aCreationThatWasBrokenOffIsFinished() throws Exception {
        brokenOff();
        parts.clock().forward(Duration.ofMinutes(1));
        reconciler.runOnce();
        assertThat(phase()).isEqualTo(Phase.ACTIVE);
        assertThat(parts.fakes()).allMatch(node -> node.has(REPO.value()));
    }

    @Test
    void aCreationThatHasJustBegunIsLeftToWhoeverMakesIt() throws Exception {
        brokenOff();
        reconciler.runOnce();
        assertThat(phase()).isEqualTo(Phase.CREATING);
        assertThat(parts.fakes()).noneMatch(node -> node.has(REPO.value()));
    }

    @Test
    void aCreationWaitsForASecondNode() throws Exception {
        brokenOff();
        parts.node(1).stop();
        parts.node(2).stop();
        parts.clock().forward(Duration.ofMinutes(1));
        reconciler.runOnce();
        assertThat(phase()).isEqualTo(Phase.CREATING);
    }

    @Test
    void aMemberThatOnceHadItsReplicaIsNotGivenAnEmptyOne() throws Exception {
        brokenOff();
        parts.clock().forward(Duration.ofMinutes(1));
        reconciler.runOnce();
        parts.fakes().forEach(node -> parts.metadata().repositories().confirm(REPO, node.disk()));
        parts.node(2).lose(REPO.value());
        reconciler.runOnce();
        assertThat(parts.fakes()).extracting(FakeNode::created).containsExactly(1, 1, 1);
        assertThat(parts.node(2).has(REPO.value())).isFalse();
    }

    @Test
    void aDeletionOfARepositoryThatNeverWasActiveForgetsItsRow() throws Exception {
        brokenOff();
        parts.metadata().repositories().advance(REPO, Phase.CREATING, Phase.DELETING);
        parts.node(1).stop();
        parts.node(2).stop();
        reconciler.runOnce();
        assertThat(parts.metadata().repositories().find(REPO)).isEmpty();
    }
}
