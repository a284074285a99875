package dev.trine.router.moves;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trine.common.model.Epoch;
import dev.trine.common.model.Incarnation;
import dev.trine.common.model.Member;
import dev.trine.common.model.NodeId;
import dev.trine.common.model.Position;
import dev.trine.common.model.ProbeAnswer;
import dev.trine.common.model.Role;
import dev.trine.router.moves.Sight.Copy;
import dev.trine.router.routing.Placement;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class NextStepTest {
    private static final Member N1 = member("n1", '1');
    private static final Member N2 = member("n2", '2');
    private static final Member N3 = member("n3", '3');
    private static final Member N3_NEW = member("n3", 'c');
    private static final Member N4 = member("n4", '4');
    private static final Placement FIRST = new Placement(1, List.of(N1, N2, N3));
    private static final Placement SECOND = new Placement(2, List.of(N1, N2, N4));
    private static final Goal GOAL = new Goal(N3.node(), N4, 10, false);
    private static final Goal CANCELLED = new Goal(N3.node(), N4, 10, true);

    private static Member member(String node, char disk) {
        return new Member(new NodeId(node), new Incarnation(String.valueOf(disk).repeat(32)));
    }

    private static Position at(long version) {
        return new Position(version, new Epoch(1, 1, 0));
    }

    private static ProbeAnswer voter(Member from, Placement placement, long version) {
        return new ProbeAnswer(from, Role.VOTER, placement.generation(), at(version).epoch(), at(version), at(version),
            Optional.empty(), placement.members(), false);
    }

    private static ProbeAnswer retired(Member from, Placement next) {
        return new ProbeAnswer(from, Role.RETIRED, next.generation(), Epoch.NULL, Position.START, Position.START,
            Optional.empty(), next.members(), false);
    }

    private static Sight sight(Placement placement, Copy copy, ProbeAnswer... answers) {
        return new Sight(placement, List.of(answers), Map.of(N3.node(), "not reachable"), copy, false);
    }

    private static Step decide(Copy copy, ProbeAnswer... answers) {
        return NextStep.decide(GOAL, sight(FIRST, copy, answers));
    }

    @Test
    void aRowThatNamesOnlyDisksThatAreGoneIsMovedForwardByThoseThatTookTheirPlaces() {
        Placement now = new Placement(4, List.of(member("n1", 'd'), member("n2", 'e'), member("n3", 'f')));
        assertThat(decide(new Copy.None(), voter(now.members().get(0), now, 60), voter(now.members().get(1), now, 60)))
            .isEqualTo(new Step.Forward(now));
    }

    @Test
    void aDiskWithoutTheRepositoryFirstLearnsIt() {
        assertThat(decide(new Copy.None(), voter(N1, FIRST, 50), voter(N2, FIRST, 50)))
            .isEqualTo(new Step.Learn(FIRST));
    }

    @Test
    void aCopyThatIsFarBehindIsWaitedFor() {
        assertThat(decide(new Copy.UpTo(39, 1), voter(N1, FIRST, 50), voter(N2, FIRST, 48)))
            .isEqualTo(new Step.Await("n4 is at version 39 of 50"));
    }

    @Test
    void aCopyThatIsCloseBecomesAMemberInTheLeavingOnesSlot() {
        assertThat(decide(new Copy.UpTo(40, 1), voter(N1, FIRST, 48), voter(N2, FIRST, 50)))
            .isEqualTo(new Step.Seal(FIRST, List.of(N1, N2, N4), List.of(N2, N1)));
    }

    @Test
    void theLocksHolderIsAskedFirstThoughAnotherLogBeLonger() {
        ProbeAnswer leased = new ProbeAnswer(N1, Role.VOTER, 1, at(48).epoch(), at(48), at(48),
            Optional.of(new ProbeAnswer.Lease(N1, at(48).epoch())), FIRST.members(), true);
        assertThat(decide(new Copy.UpTo(50, 1), leased, voter(N2, FIRST, 50)))
            .isEqualTo(new Step.Seal(FIRST, SECOND.members(), List.of(N1, N2)));
    }

    @Test
    void aLostDiskIsReplacedByAnotherOfTheSameNode() {
        Step step = NextStep.decide(new Goal(N3.node(), N3_NEW, 10, false),
            sight(FIRST, new Copy.UpTo(50, 1), voter(N1, FIRST, 50), voter(N2, FIRST, 50)));
        assertThat(step).isEqualTo(new Step.Seal(FIRST, List.of(N1, N2, N3_NEW), List.of(N1, N2)));
    }

    @Test
    void withOneVoterNothingMovesAndTheSentenceNamesWhoIsMissing() {
        Sight sight = new Sight(FIRST, List.of(voter(N1, FIRST, 50)),
            Map.of(N2.node(), "no answer in time", N3.node(), "not reachable"), new Copy.UpTo(50, 1), false);
        assertThat(NextStep.decide(GOAL, sight)).isEqualTo(new Step.Blocked("moving it takes two of its nodes n1, n2,"
            + " n3, and only n1 of them can be used (n2: no answer in time, n3: not reachable)"));
    }

    @Test
    void theLeavingNodesVoteHelpsToSealIfItLives() {
        assertThat(decide(new Copy.UpTo(50, 1), voter(N1, FIRST, 50), voter(N3, FIRST, 50)))
            .isEqualTo(new Step.Seal(FIRST, SECOND.members(), List.of(N1, N3)));
    }

    @Test
    void answersOfWhoIsNoMemberCountForNothing() {
        assertThat(decide(new Copy.UpTo(50, 1), voter(N1, FIRST, 50), voter(N3_NEW, FIRST, 50),
            voter(N4, SECOND, 60))).isInstanceOf(Step.Blocked.class);
    }

    @Test
    void aNewerGenerationIsNotedWhoeverEndedTheOldOne() {
        assertThat(decide(new Copy.UpTo(50, 1), retired(N3, SECOND), voter(N1, FIRST, 50), voter(N2, FIRST, 50)))
            .isEqualTo(new Step.Forward(SECOND));
        Placement third = new Placement(3, List.of(N1, N4, N2));
        assertThat(decide(new Copy.UpTo(50, 1), retired(N3, SECOND), voter(N1, third, 50)))
            .isEqualTo(new Step.Forward(third));
    }

    @Test
    void itHasMovedWhenTheJoiningDiskVotesAndNotBefore() {
        assertThat(NextStep.decide(GOAL, sight(SECOND, new Copy.UpTo(50, 1), voter(N1, SECOND, 51),
            voter(N2, SECOND, 51)))).isEqualTo(new Step.Await("n4 takes its place"));
        assertThat(NextStep.decide(GOAL, sight(SECOND, new Copy.UpTo(51, 1), voter(N1, SECOND, 51),
            voter(N4, SECOND, 51)))).isEqualTo(new Step.Moved());
        assertThat(NextStep.decide(GOAL, new Sight(SECOND, List.of(voter(N1, SECOND, 51)),
            Map.of(N4.node(), "not reachable"), new Copy.UpTo(51, 1), false))).isInstanceOf(Step.Blocked.class);
    }

    @Test
    void whereSomebodyElseTookThePlaceTheCopyIsDropped() {
        Placement other = new Placement(2, List.of(N1, N2, member("n5", '5')));
        Sight copied = sight(other, new Copy.UpTo(50, 1), voter(N1, other, 50), voter(N2, other, 50));
        assertThat(NextStep.decide(GOAL, copied)).isEqualTo(new Step.Unlearn());
        assertThat(NextStep.decide(GOAL, sight(other, new Copy.None()))).isEqualTo(new Step.Moved());
    }

    @Test
    void anotherLostDiskOfTheJoiningNodeGoesFirst() {
        Placement lost = new Placement(1, List.of(N1, member("n4", 'f'), N3));
        assertThat(NextStep.decide(GOAL, sight(lost, new Copy.None(), voter(N1, lost, 5), voter(N3, lost, 5))))
            .isInstanceOf(Step.Blocked.class).asString().contains("trine node replace n4 n4");
    }

    @Test
    void aDiskThatBelievesToVoteInAGenerationThatHasEndedIsToldWhoTheMembersAre() {
        Placement later = new Placement(5, List.of(N1, N2, N3));
        assertThat(NextStep.decide(GOAL, sight(later, new Copy.Votes(1), voter(N1, later, 50), voter(N2, later, 50))))
            .isEqualTo(new Step.Tell(later, "n4 hears that its generation 1 has ended"));
        assertThat(NextStep.decide(GOAL, sight(later, new Copy.Votes(6), voter(N1, later, 50), voter(N2, later, 50))))
            .as("it is ahead of the others").isInstanceOf(Step.Await.class);
        assertThat(NextStep.decide(CANCELLED, sight(later, new Copy.Votes(1), voter(N1, later, 50))))
            .as("nothing was copied").isEqualTo(new Step.Stayed());
    }

    @Test
    void aLearnerOfWhoseGenerationNobodyMayBeLeftIsToldWhoTheMembersAre() {
        Placement later = new Placement(5, List.of(N1, N2, N3));
        assertThat(NextStep.decide(GOAL, sight(later, new Copy.UpTo(3, 1), voter(N1, later, 50),
            voter(N2, later, 50)))).isEqualTo(new Step.Tell(later, "n4 is at version 3 of 50"));
        assertThat(NextStep.decide(GOAL, sight(later, new Copy.UpTo(3, 5), voter(N1, later, 50),
            voter(N2, later, 50)))).isEqualTo(new Step.Await("n4 is at version 3 of 50"));
    }

    @Test
    void aMemberThatWasAwayWhenItsPlaceWasTakenIsToldSo() {
        assertThat(NextStep.decide(GOAL, sight(SECOND, new Copy.Votes(1), voter(N1, SECOND, 51),
            voter(N2, SECOND, 51), voter(N4, FIRST, 20))))
            .isEqualTo(new Step.Tell(SECOND, "n4 takes its place"));
    }

    @Test
    void aDeletedRepositoryIsGone() {
        ProbeAnswer deleted = new ProbeAnswer(N2, Role.DELETED, 2, Epoch.NULL, Position.START, Position.START,
            Optional.empty(), List.of(), false);
        assertThat(decide(new Copy.UpTo(3, 1), deleted, voter(N1, FIRST, 50))).isEqualTo(new Step.Gone());
    }

    @Test
    void aCancelledMoveIsSettledBeforeTheCopyIsDropped() {
        ProbeAnswer[] answers = {voter(N1, FIRST, 50), voter(N2, FIRST, 50)};
        Sight before = sight(FIRST, new Copy.UpTo(50, 1), answers);
        assertThat(NextStep.decide(CANCELLED, before)).isEqualTo(new Step.Settle(FIRST, List.of(N1, N2)));
        Sight settled = new Sight(FIRST, List.of(answers), Map.of(), new Copy.UpTo(50, 1), true);
        assertThat(NextStep.decide(CANCELLED, settled)).isEqualTo(new Step.Unlearn());
        assertThat(NextStep.decide(CANCELLED, sight(FIRST, new Copy.None(), answers))).isEqualTo(new Step.Stayed());
    }

    @Test
    void aCancelledMoveWhoseSealIsInTheLogGoesForward() {
        Sight sealed = sight(FIRST, new Copy.UpTo(51, 1), retired(N3, SECOND), voter(N1, SECOND, 51));
        assertThat(NextStep.decide(CANCELLED, sealed)).isEqualTo(new Step.Forward(SECOND));
        assertThat(NextStep.decide(CANCELLED, sight(SECOND, new Copy.UpTo(51, 1), voter(N1, SECOND, 51),
            voter(N4, SECOND, 51)))).isEqualTo(new Step.Moved());
    }

    @Test
    void aCancelledMoveToADeadDiskEnds() {
        Copy dead = new Copy.Failed("not reachable");
        ProbeAnswer[] answers = {voter(N1, FIRST, 50), voter(N2, FIRST, 50)};
        assertThat(NextStep.decide(CANCELLED, sight(FIRST, dead, answers))).isInstanceOf(Step.Settle.class);
        assertThat(NextStep.decide(CANCELLED, new Sight(FIRST, List.of(answers), Map.of(), dead, true)))
            .isEqualTo(new Step.Stayed());
    }
}
