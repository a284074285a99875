package dev.trine.router.nodes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.trine.common.model.Member;
import dev.trine.common.model.NodeId;
import dev.trine.common.model.RepoId;
import dev.trine.common.model.Role;
import dev.trine.router.fixture.FakeNode;
import dev.trine.router.fixture.TestParts;
import dev.trine.router.routing.Placement;
import io.grpc.Context;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProbesTest {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final RepoId REPO = new RepoId("0123456789abcdef0123456789abcdef");

    @TempDir
    Path directory;

    private TestParts parts;
    private Placement placement;
    private Probes probes;

    @BeforeEach
    void start() throws Exception {
        parts = new TestParts(directory);
        placement = new Placement(1, parts.members());
        probes = new Probes(parts.calls(), parts.nodes(), Duration.ofMinutes(1));
        for (FakeNode node : parts.fakes()) {
            parts.calls().createReplica(new NodeCalls.Target(node.disk(), node.address(), Duration.ofMinutes(1)), REPO,
                parts.members(), "refs/heads/main");
        }
    }

    @AfterEach
    void close() throws Exception {
        parts.close();
    }

    private static void awaitAll(ProbeRound round, int outcomes) throws InterruptedException {
        for (int known = round.outcomes().size(); known < outcomes; known = round.outcomes().size()) {
            round.await(known, Duration.ofSeconds(30));
        }
    }

    private int hung() {
        return parts.fakes().stream().mapToInt(FakeNode::hungProbes).sum();
    }

    @Test
    void whoComesWhileAProbeIsInFlightSharesTheNextAndNotThatOne() throws Exception {
        parts.fakes().forEach(FakeNode::hang);
        ProbeRound first = probes.join(REPO, placement);
        ProbeRound second = probes.join(REPO, placement);
        ProbeRound third = probes.join(REPO, placement);
        assertThat(second).isNotSameAs(first);
        assertThat(third).isSameAs(second);
        await().atMost(PATIENCE).until(() -> hung() == 3);
        parts.fakes().forEach(FakeNode::recover);
        for (FakeNode node : parts.fakes()) {
            node.stop();
            node.start();
        }
        awaitAll(first, 3);
        assertThat(first.outcomes()).allMatch(outcome -> outcome.answer().isEmpty());
        awaitAll(second, 3);
        assertThat(probes.join(REPO, placement)).isNotSameAs(second);
    }

    @Test
    void aNextProbeBeginsWithoutWaitingForAThirdAnswer() throws Exception {
        parts.node(3).hang();
        ProbeRound first = probes.join(REPO, placement);
        ProbeRound second = probes.join(REPO, placement);
        awaitAll(second, 2);
        assertThat(first.outcomes()).extracting(ProbeOutcome::node)
            .containsExactlyInAnyOrder(parts.node(1).name(), parts.node(2).name());
        await().atMost(PATIENCE).until(() -> parts.node(3).hungProbes() == 2);
    }

    @Test
    void aProbeOutlivesTheCallThatBeganIt() throws Exception {
        parts.node(3).hang();
        Context.CancellableContext call = Context.current().withCancellation();
        ProbeRound round = call.call(() -> probes.join(REPO, placement));
        awaitAll(round, 2);
        call.cancel(null);
        await().atMost(PATIENCE).until(() -> parts.node(3).hungProbes() == 1);
        assertThat(round.outcomes()).hasSize(2);
        parts.node(3).stop();
        awaitAll(round, 3);
        assertThat(round.outcomes().getLast().problem()).doesNotContainIgnoringCase("cancel");
    }

    @Test
    void aMemberWithoutAddressIsSilentAtOnce() throws Exception {
        Placement elsewhere = new Placement(1, List.of(parts.members().get(0), parts.members().get(1),
            new Member(new NodeId("n9"),
                parts.members().get(2).incarnation())));
        ProbeRound round = probes.join(REPO, elsewhere);
        awaitAll(round, 3);
        assertThat(round.outcomes()).extracting(ProbeOutcome::problem).contains("is no node of this cluster");
    }

    @Test
    void aNodeThatHangsIsGivenUpAndAskedAgainLater() throws Exception {
        Probes impatient = new Probes(parts.calls(), parts.nodes(), Duration.ofSeconds(3));
        parts.node(3).hang();
        ProbeRound hung = impatient.join(REPO, placement);
        awaitAll(hung, 3);
        assertThat(hung.outcomes().getLast().problem()).isEqualTo("no answer in time");
        parts.node(3).recover();
        await().atMost(PATIENCE).until(() -> {
            ProbeRound again = impatient.join(REPO, placement);
            awaitAll(again, 3);
            return again.outcomes().stream().allMatch(outcome -> outcome.answer().isPresent());
        });
    }

    @Test
    void everyRepositoryOfManyGetsItsOwnAnswers() throws Exception {
        List<RepoId> repos = IntStream.range(0, 600).mapToObj(i -> new RepoId(String.format("%032x", i))).toList();
        Member healthy = parts.members().getFirst();
        for (RepoId repo : repos.subList(0, 300)) {
            parts.calls().createReplica(new NodeCalls.Target(healthy, parts.node(1).address(), Duration.ofMinutes(1)),
                repo, parts.members(), "refs/heads/main");
        }
        List<ProbeRound> rounds = repos.stream().map(repo -> probes.join(repo, placement)).toList();
        for (int i = 0; i < repos.size(); i++) {
            awaitAll(rounds.get(i), 3);
            Role expected = i < 300 ? Role.VOTER : Role.UNKNOWN;
            assertThat(rounds.get(i).outcomes()).filteredOn(outcome -> outcome.node().equals(healthy.node()))
                .singleElement().matches(outcome -> outcome.answer().orElseThrow().role() == expected);
        }
    }

    @Test
    void onlyVotersOfTheGenerationMakeOthersStopWaiting() throws Exception {
        parts.fakes().forEach(node -> node.lose(REPO.value()));
        ProbeRound strangers = probes.join(REPO, placement);
        awaitAll(strangers, 3);
        assertThat(strangers.outcomes()).allMatch(outcome -> outcome.answer().orElseThrow().role() == Role.UNKNOWN);
        assertThat(strangers.hasTwoVotesFor(Duration.ZERO)).isFalse();
    }

    @Test
    void threeFailuresInARowDemoteANodeAndOneAnswerRestoresIt() throws Exception {
        parts.node(3).stop();
        for (int i = 0; i < FailureDetector.FAILURES_IN_A_ROW; i++) {
            assertThat(parts.detector().isDemoted(parts.node(3).name())).isFalse();
            awaitAll(probes.join(REPO, placement), 3);
        }
        assertThat(parts.detector().isDemoted(parts.node(3).name())).isTrue();
        parts.node(3).start();
        await().atMost(PATIENCE).until(() -> {
            awaitAll(probes.join(REPO, placement), 3);
            return !parts.detector().isDemoted(parts.node(3).name());
        });
    }
}
