package dev.trine.router.routing;

import dev.trine.common.model.Epoch;
import dev.trine.common.model.Member;
import dev.trine.common.model.NodeId;
import dev.trine.common.model.Position;
import dev.trine.common.model.ProbeAnswer;
import dev.trine.common.model.Role;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Answers sorted by what they count for. Counted as votes: voters of exactly the placement's generation, each once,
 * with the registered incarnation. Everybody else only explains why there are too few. That there is a newer generation
 * may be said by any disk that answers on a member's node: a directory whose rows came back from an old backup may name
 * three disks of which none is left. It is a hint only, which the next question, at that generation, has to prove.
 */
final class Tally {
    /** Answers that make a read quorum. */
    static final int QUORUM = 2;

    private final Placement placement;
    private final List<ProbeAnswer> voters = new ArrayList<>();
    private final Map<NodeId, String> notCounted = new HashMap<>();
    private Optional<Placement> newer = Optional.empty();
    private boolean deleted;

    Tally(Placement placement, Evidence evidence) {
        this.placement = placement;
        evidence.answers().forEach(this::count);
        evidence.silent().forEach((node, problem) -> {
            if (!answered(node)) {
                notCounted.putIfAbsent(node, problem);
            }
        });
    }

    private void count(ProbeAnswer answer) {
        NodeId node = answer.from().node();
        boolean member = placement.members().contains(answer.from());
        if (member && answered(node)) {
            return;
        } else if (member && answer.role() == Role.DELETED) {
            deleted = true;
            notCounted.put(node, "has deleted the repository");
        } else if (answer.generation() > placement.generation() && placement.isOnNodeOf(answer.from())
            && knowsTheMembers(answer)) {
            if (newer.isEmpty() || newer.get().generation() < answer.generation()) {
                newer = Optional.of(new Placement(answer.generation(), answer.members()));
            }
            notCounted.put(node, "is at generation " + answer.generation());
        } else if (!member) {
            notCounted.put(node, "another disk than the registered one answers");
        } else if (answer.role() == Role.VOTER && answer.generation() == placement.generation()) {
            voters.add(answer);
        } else {
            notCounted.put(node, switch (answer.role()) {
                case UNKNOWN -> "does not have the repository";
                case LEARNER -> "is still copying the repository";
                case WITHDRAWN -> "has withdrawn its replica, whose storage cannot be trusted";
                case RETIRED, VOTER, DELETED -> "is at generation " + answer.generation();
            });
        }
    }

    private static boolean knowsTheMembers(ProbeAnswer answer) {
        return (answer.role() == Role.VOTER || answer.role() == Role.RETIRED)
            && answer.members().stream().distinct().count() == Placement.MEMBERS
            && answer.members().size() == Placement.MEMBERS;
    }

    private boolean answered(NodeId node) {
        return notCounted.containsKey(node) || voters.stream().anyMatch(voter -> voter.from().node().equals(node));
    }

    /** Votes in order of arrival. */
    List<ProbeAnswer> voters() {
        return voters;
    }

    /** The newest placement that a member knows, if it is newer than the asker's. */
    Optional<Placement> newer() {
        return newer;
    }

    boolean deleted() {
        return deleted;
    }

    /** Whether that member may yet answer. */
    boolean isAwaited(Member member) {
        return !answered(member.node());
    }

    /** Whether any member may yet answer. */
    boolean awaitsAny() {
        return placement.members().stream().anyMatch(this::isAwaited);
    }

    /** That member's vote, if it came. */
    Optional<ProbeAnswer> vote(Member member) {
        return voters.stream().filter(voter -> voter.from().equals(member)).findFirst();
    }

    /** The first two votes: what every read is decided on. */
    private List<ProbeAnswer> quorum() {
        return voters.subList(0, QUORUM);
    }

    /** M: the highest epoch that either of the first two promised. */
    Epoch promised() {
        return quorum().stream().map(ProbeAnswer::promised).reduce(Epoch.NULL, Epoch::max);
    }

    /** m: the newest entry that either of the first two has. Every acknowledged push lies at or below it. */
    Position newest() {
        return quorum().stream().map(ProbeAnswer::last).reduce(Position.START, Position::max);
    }

    /**
     * Whether the first two together prove their newest entry committed. Equal last entries alone do not: a log with
     * an old epoch's entry can still lose to another one, unless nobody has promised a higher epoch.
     */
    boolean provesNewest() {
        Position newest = newest();
        return quorum().stream()
            .allMatch(vote -> vote.last().equals(newest) && vote.promised().equals(newest.epoch()));
    }

    List<Member> quorumMembers() {
        return quorum().stream().map(ProbeAnswer::from).toList();
    }

    /** Why the others do not count, for people, in slot order: "n2: connection refused, n3: …". */
    String absent() {
        return placement.members().stream().map(Member::node).filter(notCounted::containsKey)
            .map(node -> node + ": " + notCounted.get(node)).collect(Collectors.joining(", "));
    }
}
