package dev.trine.server.replication;

import dev.trine.common.model.Member;
import dev.trine.common.model.Position;
import dev.trine.common.model.ProbeAnswer;
import dev.trine.common.model.Role;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What the members of a repository answered when a replica that may be behind asked them, and what follows from it: the
 * whole of what catching up decides. The same for a node that was away, a lagging read, an empty disk and a learner.
 *
 * @param mine   this node's own position
 * @param others answers of others that have, or had, a replica, each from the member that was asked
 * @param failed members from whom a pull has just failed: asked again only if nobody else is ahead
 */
public record CatchUpRound(ProbeAnswer mine, List<ProbeAnswer> others, Set<Member> failed) {
    private static final int OTHERS_TURN_ROUNDS = 3;

    public CatchUpRound {
        others = List.copyOf(others);
        failed = Set.copyOf(failed);
    }

    /** Whether a replica in that role catches up at all. */
    public static boolean takesPart(Role role) {
        return switch (role) {
            case VOTER, LEARNER, WITHDRAWN -> true;
            case UNKNOWN, RETIRED, DELETED -> false;
        };
    }

    /** Whom to ask first: the members that this replica knows, without itself. */
    public static List<Member> firstAsked(ProbeAnswer mine) {
        return mine.members().stream().filter(member -> !member.equals(mine.from())).toList();
    }

    /**
     * Decides.
     *
     * @param number of this round in the present catch-up, from 0
     * @param asked  everybody who was asked in this round, whether they answered or not
     */
    public CatchUpStep decide(int number, Set<Member> asked) {
        if (!takesPart(mine.role()) || others.isEmpty()) {
            return new CatchUpStep.GiveUp();
        }
        Set<Member> unasked = unasked(asked);
        if (!unasked.isEmpty()) {
            return new CatchUpStep.AskAlso(unasked);
        }
        Optional<ProbeAnswer> source = source();
        if (source.isPresent()) {
            return new CatchUpStep.Pull(source.get());
        }
        if (mine.role() != Role.VOTER) {
            return new CatchUpStep.Level(); // what is open is the voters' business
        }
        if (isUndecided()) {
            boolean othersTurn = isLeasedElsewhere() || !isMyTurn() && number < OTHERS_TURN_ROUNDS;
            return othersTurn ? new CatchUpStep.Wait() : new CatchUpStep.Repair();
        }
        List<Member> behind = behind();
        return behind.isEmpty() ? new CatchUpStep.Level() : new CatchUpStep.Hint(behind);
    }

    /** By how many versions the answers show this replica to be behind. */
    public long versionsBehind() {
        return others.stream().mapToLong(other -> other.committed().version() - mine.committed().version())
            .filter(lag -> lag > 0).max().orElse(0);
    }

    /** Those of the newest generation that anybody told of: who was a member in between tells nothing more. */
    private Set<Member> unasked(Set<Member> asked) {
        long newest = others.stream().mapToLong(ProbeAnswer::generation).max().orElseThrow();
        Set<Member> members = new HashSet<>();
        others.stream().filter(other -> other.generation() == newest && newest > mine.generation())
            .forEach(other -> members.addAll(other.members()));
        members.removeAll(asked);
        members.remove(mine.from());
        return members;
    }

    /**
     * Whose state to take over: the newest; a voter's rather than that of a member who may have removed it, and not the
     * lock holder's if another is as new, who has enough to do.
     */
    private Optional<ProbeAnswer> source() {
        List<ProbeAnswer> ahead = others.stream().filter(this::isAhead).toList();
        Optional<ProbeAnswer> untried = newest(ahead.stream().filter(other -> !failed.contains(other.from())));
        return untried.isPresent() ? untried : newest(ahead.stream());
    }

    private boolean isAhead(ProbeAnswer other) {
        return other.role() != Role.LEARNER && other.role() != Role.WITHDRAWN && other.generation() >= mine.generation()
            && other.committed().version() > mine.committed().version();
    }

    private static Optional<ProbeAnswer> newest(Stream<ProbeAnswer> answers) {
        return answers.max(Comparator.comparing((ProbeAnswer answer) -> answer.role() != Role.RETIRED)
            .thenComparingLong(ProbeAnswer::generation)
            .thenComparingLong(answer -> answer.committed().version())
            .thenComparing(answer -> !answer.holderReady())
            .thenComparing(answer -> answer.from().node(), Comparator.reverseOrder()));
    }

    /** Also a learner that was named a member, or a withdrawn one: those that they know may all be gone. */
    private List<Member> behind() {
        return others.stream().filter(other -> takesPart(other.role())
            && other.committed().version() < mine.committed().version()).map(ProbeAnswer::from).toList();
    }

    private Stream<ProbeAnswer> voters() {
        List<ProbeAnswer> voters = new ArrayList<>(others);
        voters.add(mine);
        return voters.stream().filter(each -> each.role() == Role.VOTER && each.generation() == mine.generation());
    }

    private boolean isUndecided() {
        return voters().anyMatch(each -> each.last().version() > mine.committed().version());
    }

    private boolean isLeasedElsewhere() {
        return voters().flatMap(each -> each.lease().stream()).anyMatch(lease -> !lease.holder().equals(mine.from()));
    }

    /** Whether this node is the one to take the lock: its log is the best, or the first of equal ones. */
    private boolean isMyTurn() {
        Position best = voters().map(ProbeAnswer::last).max(Comparator.naturalOrder()).orElseThrow();
        return voters().filter(each -> each.last().equals(best)).map(ProbeAnswer::from)
            .min(Comparator.comparing(Member::node)).orElseThrow().equals(mine.from());
    }
}
