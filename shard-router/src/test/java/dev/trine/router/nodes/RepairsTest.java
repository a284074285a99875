package dev.trine.router.nodes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.trine.common.model.Epoch;
import dev.trine.common.model.Position;
import dev.trine.common.model.RepoId;
import dev.trine.router.fixture.FakeNode;
import dev.trine.router.fixture.TestParts;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RepairsTest {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final RepoId REPO = new RepoId("0123456789abcdef0123456789abcdef");
    private static final Duration LONG = Duration.ofMinutes(1);

    @TempDir
    Path directory;

    private TestParts parts;
    private Repairs repairs;

    @BeforeEach
    void start() throws Exception {
        parts = new TestParts(directory);
        repairs = new Repairs(parts.calls(), parts.nodes());
        for (FakeNode node : parts.fakes()) {
            parts.calls().createReplica(new NodeCalls.Target(node.disk(), node.address(), LONG), REPO,
                parts.members(), "refs/heads/main");
        }
    }

    @AfterEach
    void close() throws Exception {
        parts.close();
    }

    private FutureTask<Repairs.Outcome> begin() {
        FutureTask<Repairs.Outcome> repair = new FutureTask<>(() -> repairs.repair(REPO, 1, parts.members(), LONG));
        Thread thread = new Thread(repair);
        thread.start();
        await().atMost(PATIENCE).until(() -> thread.getState() == Thread.State.TIMED_WAITING
            || thread.getState() == Thread.State.WAITING || repair.isDone());
        return repair;
    }

    @Test
    void whoComesWhileARepairRunsWaitsForItAndAsksForNoOther() throws Exception {
        CountDownLatch gate = parts.node(1).holdRepairs();
        FutureTask<Repairs.Outcome> first = begin();
        await().atMost(PATIENCE).until(() -> parts.node(1).repairs() == 1);
        FutureTask<Repairs.Outcome> second = begin();
        assertThat(second.isDone()).isFalse();
        gate.countDown();
        assertThat(first.get()).isEqualTo(new Repairs.Outcome.Repaired(parts.node(1).disk(), 1,
            new Position(1, new Epoch(1, 1, 0))));
        assertThat(second.get()).isEqualTo(new Repairs.Outcome.Joined());
        assertThat(parts.fakes().stream().mapToInt(FakeNode::repairs).sum()).isOne();
    }

    @Test
    void aSecondCandidateIsAskedWhenTheFirstIsAway() throws Exception {
        parts.node(1).stop();
        assertThat(repairs.repair(REPO, 1, parts.members(), LONG))
            .isInstanceOfSatisfying(Repairs.Outcome.Repaired.class,
                repaired -> assertThat(repaired.at()).isEqualTo(parts.node(2).disk()));
    }

    @Test
    void aRepairThatNobodyCanMakeFailsWithTheReason() throws Exception {
        parts.node(1).stop();
        assertThat(repairs.repair(REPO, 1, List.of(parts.node(1).disk()), LONG))
            .isEqualTo(new Repairs.Outcome.Failed("n1: not reachable"));
    }
}
