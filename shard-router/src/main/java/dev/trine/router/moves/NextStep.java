package dev.trine.router.moves;

import dev.trine.common.model.Member;
import dev.trine.common.model.NodeId;
import dev.trine.common.model.Position;
import dev.trine.common.model.ProbeAnswer;
import dev.trine.common.model.Role;
import dev.trine.router.routing.Placement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Decides the next step of one repository's move (docs/PROTOCOL.md, section 8). One object per decision. It remembers
 * nothing: whoever asks, after whatever crash, gets the step that leads on from what is there.
 */
public final class NextStep {
    private static final int QUORUM = 2;

    private final Goal goal;
    private final Sight sight;
    private final Placement placement;
    private final List<ProbeAnswer> voters;

    private NextStep(Goal goal, Sight sight) {
        this.goal = goal;
        this.sight = sight;
        this.placement = sight.placement();
        this.voters = ofMembers().filter(answer -> answer.role() == Role.VOTER
            && answer.generation() == placement.generation()).toList();
    }

    /** The step that follows from what was seen. */
    public static Step decide(Goal goal, Sight sight) {
        return new NextStep(goal, sight).decide();
    }

    private Step decide() {
        if (ofMembers().anyMatch(answer -> answer.role() == Role.DELETED)) {
            return new Step.Gone();
        }
        Optional<Placement> newer = newer();
        if (newer.isPresent()) {
            return new Step.Forward(newer.get());
        }
        if (placement.members().contains(goal.joining())) {
            return taken();
        }
        Optional<Member> leaving = placement.members().stream().filter(goal::isLeaving).findFirst();
        if (leaving.isEmpty()) {
            return withoutCopy(new Step.Moved());
        }
        return goal.cancelled() ? cancel() : move(leaving.get());
    }

    private Stream<ProbeAnswer> ofMembers() {
        return sight.answers().stream().filter(answer -> placement.members().contains(answer.from()));
    }

    /** Any disk on a member's node may tell of it: of the disks that an old row names, none may be left. */
    private Optional<Placement> newer() {
        return sight.answers().stream().filter(answer -> placement.isOnNodeOf(answer.from()))
            .filter(answer -> answer.generation() > placement.generation())
            .filter(answer -> answer.role() == Role.VOTER || answer.role() == Role.RETIRED)
            .filter(answer -> answer.members().size() == Placement.MEMBERS
                && answer.members().stream().distinct().count() == Placement.MEMBERS)
            .max(Comparator.comparingLong(ProbeAnswer::generation))
            .map(answer -> new Placement(answer.generation(), answer.members()));
    }

    /** The generation began with the joining disk; what was promised is done when that has applied the SEAL. */
    private Step taken() {
        if (voters.stream().anyMatch(voter -> voter.from().equals(goal.joining()))) {
            return new Step.Moved();
        }
        String silence = sight.silent().get(goal.joining().node());
        return silence == null ? await(heardOf(), goal.joining().node() + " takes its place")
            : new Step.Blocked(goal.joining().node() + " is a member now but does not answer (" + silence
                + "); the two others serve it");
    }

    private Step move(Member leaving) {
        Optional<Member> other = placement.members().stream().filter(member -> !member.equals(leaving)
            && member.node().equals(goal.joining().node())).findFirst();
        if (other.isPresent()) {
            return new Step.Blocked("another disk of " + other.get().node() + " is a member already; replace that first"
                + " with 'trine node replace " + other.get().node() + " " + other.get().node() + "'");
        }
        if (voters.size() < QUORUM) {
            return tooFew();
        }
        return switch (sight.copy()) {
            case Sight.Copy.None none -> new Step.Learn(placement);
            case Sight.Copy.Failed failed -> new Step.Blocked(goal.joining().node() + ": " + failed.problem());
            case Sight.Copy.Votes votes -> await(votes.generation(), goal.joining().node()
                + (votes.generation() < placement.generation()
                ? " hears that its generation " + votes.generation() + " has ended"
                : " votes in generation " + votes.generation() + ", of which the others hear"));
            case Sight.Copy.UpTo copy -> !isClose(copy.version()) ? await(copy.generation(), goal.joining().node()
                    + " is at version " + copy.version() + " of " + newest())
                : new Step.Seal(placement, next(leaving), byLog());
        };
    }

    /** Of which generation the joining disk, a member, has heard; one without the repository is told nothing. */
    private long heardOf() {
        return ofMembers().filter(answer -> answer.from().equals(goal.joining()) && answer.role() != Role.UNKNOWN)
            .mapToLong(ProbeAnswer::generation).findFirst().orElse(placement.generation());
    }

    private Step await(long heardOf, String what) {
        return heardOf < placement.generation() ? new Step.Tell(placement, what) : new Step.Await(what);
    }

    /** A copy that holds nothing yet may lack many bytes though few entries. */
    private boolean isClose(long version) {
        return version >= newest() || version > 0 && newest() - version <= goal.lagMax();
    }

    private Step tooFew() {
        return new Step.Blocked("moving it takes two of its nodes " + names(placement.members()) + ", and "
            + (voters.isEmpty() ? "none" : "only " + voters.getFirst().from().node()) + " of them can be used ("
            + absent() + ")");
    }

    /** Two voters, of which one at most leaves, and the joining disk: so two next members are there, too. */
    private List<Member> next(Member leaving) {
        List<Member> next = new ArrayList<>(placement.members());
        next.set(next.indexOf(leaving), goal.joining());
        return next;
    }

    /** A SEAL that was proposed earlier may be in some log: first find out by committing what is there. */
    private Step cancel() {
        if (sight.copy() instanceof Sight.Copy.None || sight.copy() instanceof Sight.Copy.Votes) {
            return new Step.Stayed();
        }
        if (sight.settled()) {
            return withoutCopy(new Step.Stayed());
        }
        return voters.size() < QUORUM ? tooFew() : new Step.Settle(placement, byLog());
    }

    /** A copy that cannot be reached can be left behind: nobody will ever ask it. */
    private Step withoutCopy(Step end) {
        return switch (sight.copy()) {
            case Sight.Copy.None none -> end;
            case Sight.Copy.Votes votes -> end;
            case Sight.Copy.UpTo copy -> new Step.Unlearn();
            case Sight.Copy.Failed failed -> end;
        };
    }

    private long newest() {
        return voters.stream().mapToLong(voter -> voter.committed().version()).max().orElse(0);
    }

    /** The lock's holder if a voter knows of one, then the longest log. */
    private List<Member> byLog() {
        Optional<Member> holder = voters.stream().flatMap(voter -> voter.lease().stream())
            .max(Comparator.comparing(ProbeAnswer.Lease::epoch)).map(ProbeAnswer.Lease::holder);
        Comparator<ProbeAnswer> order =
            Comparator.comparing((ProbeAnswer voter) -> !holder.equals(Optional.of(voter.from())));
        return voters.stream().sorted(order.thenComparing(ProbeAnswer::last, Comparator.<Position>reverseOrder()))
            .map(ProbeAnswer::from).toList();
    }

    private String absent() {
        return placement.members().stream()
            .filter(member -> voters.stream().noneMatch(voter -> voter.from().equals(member)))
            .map(member -> member.node() + ": " + why(member)).collect(Collectors.joining(", "));
    }

    private String why(Member member) {
        Optional<ProbeAnswer> answer = ofMembers().filter(came -> came.from().equals(member)).findFirst();
        return answer.map(came -> switch (came.role()) {
            case UNKNOWN -> "does not have the repository";
            case LEARNER -> "is still copying the repository";
            case WITHDRAWN -> "has withdrawn its replica until that is repaired";
            case RETIRED, VOTER, DELETED -> "is at generation " + came.generation();
        }).orElseGet(() -> sight.silent().getOrDefault(member.node(), "another disk than the member's answers"));
    }

    private static String names(List<Member> members) {
        return members.stream().map(Member::node).map(NodeId::value).collect(Collectors.joining(", "));
    }
}
