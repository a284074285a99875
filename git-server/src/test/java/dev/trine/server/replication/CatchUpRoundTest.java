package dev.trine.server.replication;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trine.common.model.Epoch;
import dev.trine.common.model.Incarnation;
import dev.trine.common.model.Member;
import dev.trine.common.model.NodeId;
import dev.trine.common.model.Position;
import dev.trine.common.model.ProbeAnswer;
import dev.trine.common.model.Role;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What follows from the answers of a round, case by case. */
class CatchUpRoundTest {
    private static final Member N1 = member(1);
    private static final Member N2 = member(2);
    private static final Member N3 = member(3);
    private static final Member N4 = member(4);
    private static final List<Member> MEMBERS = List.of(N1, N2, N3);

    private static Member member(int number) {
        return new Member(new NodeId("n" + number), new Incarnation("%032x".formatted(number)));
    }

    private static Position at(long version) {
        return version == 0 ? Position.START : new Position(version, new Epoch(1, 1, 0));
    }

    private static ProbeAnswer answer(Member from, Role role, long generation, long last, long committed) {
        return new ProbeAnswer(from, role, generation, new Epoch(generation, 1, 0), at(last), at(committed),
            Optional.empty(), MEMBERS, false);
    }

    private static ProbeAnswer voter(Member from, long last, long committed) {
        return answer(from, Role.VOTER, 1, last, committed);
    }

    private static ProbeAnswer with(ProbeAnswer answer, List<Member> members) {
        return new ProbeAnswer(answer.from(), answer.role(), answer.generation(), answer.promised(), answer.last(),
            answer.committed(), answer.lease(), members, answer.holderReady());
    }

    private static ProbeAnswer holding(ProbeAnswer answer, Member holder) {
        return new ProbeAnswer(answer.from(), answer.role(), answer.generation(), answer.promised(), answer.last(),
            answer.committed(), Optional.of(new ProbeAnswer.Lease(holder, answer.promised())), answer.members(),
            holder.equals(answer.from()));
    }

    private static CatchUpStep decide(int number, ProbeAnswer mine, ProbeAnswer... others) {
        return new CatchUpRound(mine, List.of(others), Set.of()).decide(number, Set.of(N1, N2, N3));
    }

    @Test
    void equalReplicasNeedNothing() {
        assertThat(decide(0, voter(N1, 5, 5), voter(N2, 5, 5), voter(N3, 5, 5))).isEqualTo(new CatchUpStep.Level());
    }

    @Test
    void theNewestStateIsPulledAndRatherNotFromTheHolder() {
        ProbeAnswer holder = holding(voter(N2, 9, 9), N2);
        assertThat(decide(0, voter(N1, 5, 5), holder, voter(N3, 8, 8))).isEqualTo(new CatchUpStep.Pull(holder));
        assertThat(decide(0, voter(N1, 5, 5), holder, voter(N3, 9, 9)))
            .isEqualTo(new CatchUpStep.Pull(voter(N3, 9, 9)));
    }

    @Test
    void whoFailedIsAskedAgainOnlyIfNobodyElseIsAhead() {
        ProbeAnswer n2 = voter(N2, 9, 9);
        ProbeAnswer n3 = voter(N3, 8, 8);
        Set<Member> all = Set.of(N2, N3);
        assertThat(new CatchUpRound(voter(N1, 5, 5), List.of(n2, n3), Set.of(N2)).decide(1, all))
            .isEqualTo(new CatchUpStep.Pull(n3));
        assertThat(new CatchUpRound(voter(N1, 5, 5), List.of(n2, n3), Set.of(N2, N3)).decide(1, all))
            .isEqualTo(new CatchUpStep.Pull(n2));
    }

    @Test
    void anUndecidedTailIsSettledByTheBestLogAndByOthersOnlyAfterSomeRounds() {
        assertThat(decide(0, voter(N1, 6, 5), voter(N2, 6, 5))).isEqualTo(new CatchUpStep.Repair());
        assertThat(decide(0, voter(N2, 6, 5), voter(N1, 6, 5))).isEqualTo(new CatchUpStep.Wait());
        assertThat(decide(3, voter(N2, 6, 5), voter(N1, 6, 5))).isEqualTo(new CatchUpStep.Repair());
        assertThat(decide(9, voter(N1, 6, 5), holding(voter(N2, 6, 5), N2))).isEqualTo(new CatchUpStep.Wait());
    }

    @Test
    void whoIsBehindIsTold() {
        assertThat(decide(0, voter(N1, 5, 5), voter(N2, 4, 4), voter(N3, 5, 5)))
            .isEqualTo(new CatchUpStep.Hint(List.of(N2)));
    }

    @Test
    void aMemberThatStillLearnsOrIsWithdrawnIsToldTooForWhomItKnowsMayBeGone() {
        ProbeAnswer mine = answer(N1, Role.VOTER, 4, 9, 9);
        assertThat(decide(0, mine, answer(N2, Role.LEARNER, 1, 3, 3), answer(N3, Role.WITHDRAWN, 1, 3, 3)))
            .isEqualTo(new CatchUpStep.Hint(List.of(N2, N3)));
        assertThat(decide(0, mine, answer(N2, Role.RETIRED, 2, 3, 3))).isEqualTo(new CatchUpStep.Level());
    }

    @Test
    void onlyTheMembersOfTheNewestGenerationHeardOfAreStillToBeAsked() {
        ProbeAnswer second = with(answer(N2, Role.RETIRED, 2, 7, 7), List.of(member(5), member(6), N4));
        ProbeAnswer fourth = with(answer(N3, Role.RETIRED, 4, 9, 9), List.of(member(7), member(8), N4));
        assertThat(decide(0, voter(N1, 5, 5), second, fourth))
            .isEqualTo(new CatchUpStep.AskAlso(Set.of(member(7), member(8), N4)));
    }

    @Test
    void aLearnerPullsButNeverTakesTheLock() {
        ProbeAnswer learner = answer(N4, Role.LEARNER, 1, 5, 5);
        assertThat(decide(0, learner, voter(N1, 6, 5))).isEqualTo(new CatchUpStep.Level());
        assertThat(decide(0, learner, voter(N1, 6, 6))).isEqualTo(new CatchUpStep.Pull(voter(N1, 6, 6)));
    }

    @Test
    void nobodyPullsFromALearnerOrAWithdrawnReplica() {
        assertThat(decide(0, voter(N1, 5, 5), answer(N2, Role.LEARNER, 1, 9, 9),
            answer(N3, Role.WITHDRAWN, 1, 9, 9))).isEqualTo(new CatchUpStep.Level());
    }

    @Test
    void membersOfALaterGenerationAreAskedBeforeAnythingIsDecided() {
        ProbeAnswer retired = with(answer(N2, Role.RETIRED, 2, 7, 7), List.of(N1, N3, N4));
        assertThat(decide(0, voter(N1, 5, 5), retired)).isEqualTo(new CatchUpStep.AskAlso(Set.of(N4)));

        ProbeAnswer next = with(answer(N4, Role.VOTER, 2, 7, 7), List.of(N1, N3, N4));
        assertThat(new CatchUpRound(voter(N1, 5, 5), List.of(retired, next), Set.of())
            .decide(1, Set.of(N2, N3, N4))).isEqualTo(new CatchUpStep.Pull(next));
    }

    @Test
    void aRetiredMembersStateIsTakenOnlyWhereNoVoterHasIt() {
        ProbeAnswer retired = answer(N2, Role.RETIRED, 2, 7, 7);
        assertThat(decide(0, voter(N1, 5, 5), retired, voter(N3, 6, 6)))
            .isEqualTo(new CatchUpStep.Pull(voter(N3, 6, 6)));
        assertThat(decide(0, voter(N1, 5, 5), retired, voter(N3, 5, 5))).isEqualTo(new CatchUpStep.Pull(retired));
    }

    @Test
    void whoTakesNoPartOrHearsNobodyGivesUp() {
        assertThat(decide(0, voter(N1, 5, 5))).isEqualTo(new CatchUpStep.GiveUp());
        assertThat(decide(0, answer(N1, Role.RETIRED, 2, 5, 5), voter(N2, 9, 9)))
            .isEqualTo(new CatchUpStep.GiveUp());
    }

    @Test
    void aRetiredNodeRemovesWhatItHeldWhenEnoughNewMembersVote() {
        ReplicaState retired = new ReplicaState(Role.RETIRED, 2, List.of(N1, N2, N3), new Epoch(2, 0, 0), at(7),
            Chain.START, at(7), Optional.empty());
        ProbeAnswer one = answer(N1, Role.VOTER, 2, 7, 7);
        ProbeAnswer two = answer(N2, Role.VOTER, 3, 9, 9);
        assertThat(Retirement.mayRemove(retired, List.of(one, two), 2)).isTrue();
        assertThat(Retirement.mayRemove(retired, List.of(one, one), 2)).as("one, twice").isFalse();
        assertThat(Retirement.mayRemove(retired, List.of(one, answer(N3, Role.LEARNER, 2, 7, 7)), 2)).isFalse();
        assertThat(Retirement.mayRemove(retired, List.of(one, answer(N3, Role.VOTER, 1, 7, 6)), 2)).isFalse();
        assertThat(Retirement.mayRemove(retired, List.of(one, answer(N4, Role.VOTER, 2, 7, 7)), 2)).isFalse();
        assertThat(Retirement.mayRemove(retired, List.of(one, two), 3)).isFalse();
    }

    @Test
    void packsAreCopiedAsFilesWhereMostIsLacking() {
        assertThat(PullManner.of(0, 10)).isEqualTo(PullManner.FILES);
        assertThat(PullManner.of(0, 0)).isEqualTo(PullManner.DIFFERENCE);
        assertThat(PullManner.of(10, 5_000)).isEqualTo(PullManner.DIFFERENCE);
        assertThat(PullManner.of(10_000, 30_000)).isEqualTo(PullManner.FILES);
        assertThat(PullManner.of(200_000, 300_000)).isEqualTo(PullManner.DIFFERENCE);
    }
}
