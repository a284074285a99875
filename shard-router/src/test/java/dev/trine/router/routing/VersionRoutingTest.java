package dev.trine.router.routing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trine.common.model.Epoch;
import dev.trine.common.model.Member;
import dev.trine.common.model.NodeId;
import dev.trine.common.model.Position;
import dev.trine.common.model.ProbeAnswer;
import dev.trine.common.model.ReadPoint;
import dev.trine.common.model.RepoId;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class VersionRoutingTest {
    private static final RepoId REPO = new RepoId("0123456789abcdef0123456789abcdef");
    private static final Epoch E1 = AnswerSets.FIRST;
    private static final Epoch E2 = AnswerSets.SECOND;
    private static final Member N1 = AnswerSets.MEMBERS.get(0);
    private static final Member N2 = AnswerSets.MEMBERS.get(1);
    private static final Member N3 = AnswerSets.MEMBERS.get(2);

    private static Decision decide(Operation operation, Preferences preferences, ProbeAnswer... answers) {
        return VersionRouting.decide(new Question(operation, AnswerSets.PLACEMENT, false, preferences),
            new Evidence(Arrays.asList(answers), Map.of()));
    }

    private static Preferences avoiding(Member... members) {
        return preferring(Map.of(), members);
    }

    private static Preferences preferring(Map<NodeId, Standing> standings, Member... avoided) {
        return new Preferences(REPO, Set.copyOf(Arrays.stream(avoided).map(Member::node).toList()), standings);
    }

    private static ProbeAnswer idle(Member member, Epoch... log) {
        return AnswerSets.vote(member, log[log.length - 1], List.of(log), log.length, false, false);
    }

    private static Member servedBy(Decision decision) {
        assertThat(decision).isInstanceOf(Decision.Serve.class);
        return ((Decision.Serve) decision).at();
    }

    @Test
    void amongEqualNodesTheNearOneServes() {
        for (Member near : List.of(N1, N2, N3)) {
            Preferences preferences = preferring(Map.of(near.node(), new Standing(false, true, 0)));
            assertThat(servedBy(decide(Operation.READ, preferences, idle(N1, E1), idle(N2, E1), idle(N3, E1))))
                .isEqualTo(near);
        }
    }

    @Test
    void aDemotedNodeServesOnlyIfNobodyElseCan() {
        Preferences preferences = preferring(Map.of(N1.node(), new Standing(true, true, 0)));
        assertThat(servedBy(decide(Operation.READ, preferences, idle(N1, E1), idle(N2, E1)))).isEqualTo(N2);
        ProbeAnswer behind = AnswerSets.vote(N2, E1, List.of(E1), 0, false, false);
        assertThat(servedBy(decide(Operation.READ, preferences, idle(N1, E1), behind))).isEqualTo(N1);
    }

    @Test
    void aBusyNodeYieldsToAnIdleOneAndSmallDifferencesDoNotMatter() {
        Map<NodeId, Standing> busy = Map.of(N1.node(), new Standing(false, false, 100), N2.node(),
            new Standing(false, false, 100));
        assertThat(servedBy(decide(Operation.READ, preferring(busy), idle(N1, E1), idle(N2, E1), idle(N3, E1))))
            .isEqualTo(N3);
        Member favourite = servedBy(decide(Operation.READ, avoiding(), idle(N1, E1), idle(N2, E1), idle(N3, E1)));
        Map<NodeId, Standing> slightly = Map.of(favourite.node(), new Standing(false, false, 3));
        assertThat(servedBy(decide(Operation.READ, preferring(slightly), idle(N1, E1), idle(N2, E1), idle(N3, E1))))
            .isEqualTo(favourite);
    }

    @Test
    void aPushGoesToTheLockHolderThoughOthersCouldServe() {
        ProbeAnswer holder = AnswerSets.vote(N2, E2, List.of(E1, E2), 2, true, true);
        ProbeAnswer other = AnswerSets.vote(N1, E2, List.of(E1, E2), 2, true, false);
        Preferences nearTheOther = preferring(Map.of(N1.node(), new Standing(false, true, 0)));
        assertThat(servedBy(decide(Operation.WRITE, nearTheOther, other, holder))).isEqualTo(N2);
        assertThat(servedBy(decide(Operation.READ, nearTheOther, other, holder))).isEqualTo(N1);
    }

    @Test
    void aPushWaitsForAHolderThatHasNotAnsweredYetButNotForOneThatWillNot() {
        ProbeAnswer one = AnswerSets.vote(N1, E2, List.of(E1, E2), 2, true, false);
        ProbeAnswer third = AnswerSets.vote(N3, E2, List.of(E1, E2), 2, true, false);
        assertThat(decide(Operation.WRITE, avoiding(), one, third)).isInstanceOf(Decision.AwaitMore.class);
        Decision settled = VersionRouting.decide(
            new Question(Operation.WRITE, AnswerSets.PLACEMENT, false, avoiding()),
            new Evidence(List.of(one, third), Map.of(N2.node(), "connection refused")));
        assertThat(servedBy(settled)).isIn(N1, N3);
    }

    @Test
    void aNodeThatJustFailedTheRequestIsAvoidedThoughItHoldsTheLock() {
        ProbeAnswer holder = AnswerSets.vote(N2, E2, List.of(E1, E2), 2, true, true);
        ProbeAnswer other = AnswerSets.vote(N1, E2, List.of(E1, E2), 2, true, false);
        assertThat(servedBy(decide(Operation.WRITE, avoiding(N2), other, holder))).isEqualTo(N1);
    }

    @Test
    void aListOfNodesToAvoidThatLeavesNobodyIsVoid() {
        assertThat(servedBy(decide(Operation.READ, avoiding(N1, N2, N3), idle(N1, E1), idle(N2, E1)))).isIn(N1, N2);
    }

    @Test
    void aPushWithoutHolderGoesToTheBestLog() {
        ProbeAnswer shorter = AnswerSets.vote(N1, E1, List.of(E1), 1, false, false);
        ProbeAnswer longer = AnswerSets.vote(N3, E1, List.of(E1, E1), 2, false, false);
        assertThat(servedBy(decide(Operation.WRITE, avoiding(), longer, shorter))).isEqualTo(N3);
    }

    @Test
    void aRefusalNamesTheNodesAndWhatEachDid() {
        Decision decision = VersionRouting.decide(
            new Question(Operation.WRITE, AnswerSets.PLACEMENT, false, avoiding()),
            new Evidence(List.of(idle(N1, E1)), Map.of(N2.node(), "not reachable", N3.node(), "no answer in time")));
        assertThat(((Decision.Refuse) decision).why()).isEqualTo("to push takes two of the repository's nodes n1, n2,"
            + " n3, and only n1 of them can be used (n2: not reachable, n3: no answer in time); try again when they are"
            + " back");
    }

    @Test
    void aStaleReadSaysWhichVersionItServes() {
        Decision decision = VersionRouting.decide(
            new Question(Operation.READ, AnswerSets.PLACEMENT, true, avoiding()), new Evidence(
                List.of(AnswerSets.vote(N1, E1, List.of(E1, E1), 1, false, false)),
                Map.of(N2.node(), "not reachable", N3.node(), "not reachable")));
        assertThat(((Decision.Serve) decision).from())
            .isEqualTo(new ReadPoint.StaleAllowed(AnswerSets.GENERATION, new Position(1, E1)));
    }

    @Test
    void theReasonsNameTheRule() {
        assertThat(decide(Operation.READ, avoiding(), idle(N1, E1), idle(N2, E1)).reasons())
            .anyMatch(reason -> reason.contains("(rule 1)"));
    }
}
