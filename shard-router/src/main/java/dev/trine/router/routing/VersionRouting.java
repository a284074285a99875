package dev.trine.router.routing;

import dev.trine.common.model.Epoch;
import dev.trine.common.model.Member;
import dev.trine.common.model.NodeId;
import dev.trine.common.model.Position;
import dev.trine.common.model.ProbeAnswer;
import dev.trine.common.model.ReadPoint;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Decides which member serves, on the first two votes (docs/PROTOCOL.md, section 6.1). One object per decision.
 *
 * <p>The caller asks again with every answer that arrives, until the decision is another than
 * {@link Decision.AwaitMore}; it is one at the latest when no member is awaited any more.
 */
public final class VersionRouting {
    private final Question question;
    private final Placement placement;
    private final Tally tally;
    private final Evidence evidence;
    private final List<String> reasons = new ArrayList<>();

    private VersionRouting(Question question, Evidence evidence) {
        this.question = question;
        this.placement = question.placement();
        this.evidence = evidence;
        this.tally = new Tally(placement, evidence);
    }

    /** The decision that follows from what has come so far. */
    public static Decision decide(Question question, Evidence evidence) {
        return new VersionRouting(question, evidence).decide();
    }

    private Decision decide() {
        if (tally.deleted()) {
            reasons.add("a member says that the repository was deleted");
            return new Decision.Gone(reasons);
        }
        if (tally.newer().isPresent()) {
            reasons.add("a member knows generation " + tally.newer().get().generation() + ", the directory knows "
                + placement.generation());
            return new Decision.Restart(tally.newer().get(), reasons);
        }
        if (tally.voters().size() < Tally.QUORUM) {
            return tally.awaitsAny() ? awaitMore("fewer than two voters have answered") : withoutQuorum();
        }
        explainQuorum();
        return question.operation() == Operation.WRITE ? atTheHolder().orElseGet(this::byRule) : byRule();
    }

    private void explainQuorum() {
        reasons.add(tally.voters().stream().map(vote -> vote.from().node() + " has " + vote.last() + ", committed "
            + vote.committed().version() + ", promised " + vote.promised()).collect(Collectors.joining("; ")));
        reasons.add("the first two answers, of " + names(tally.quorumMembers()) + ", put the newest entry at "
            + tally.newest() + " and the highest promise at " + tally.promised());
    }

    /** Rules 1 to 4, in order. */
    private Decision byRule() {
        Position newest = tally.newest();
        List<Member> ahead = usable(tally.voters().stream()
            .filter(vote -> vote.committed().version() >= newest.version()).map(ProbeAnswer::from).toList());
        if (!ahead.isEmpty()) {
            return serve(best(ahead), new ReadPoint.Committed(placement.generation(), newest),
                "has committed version " + newest.version() + " or a later one (rule 1)");
        }
        List<Member> provers = tally.provesNewest() ? usable(tally.quorumMembers()) : List.of();
        if (!provers.isEmpty()) {
            return serve(best(provers), new ReadPoint.Proof(placement.generation(), newest),
                "two nodes have entry " + newest + " and promised no higher epoch, so it is committed (rule 2)");
        }
        return holder().filter(this::isUsable).flatMap(this::throughHolder).orElseGet(this::repair);
    }

    /** Rule 3: the holder knows, or will soon know, whether the newest entry is committed. */
    private Optional<Decision> throughHolder(Member holder) {
        if (tally.isAwaited(holder)) {
            return Optional.of(awaitMore(holder.node() + " may hold the lock and has not answered yet (rule 3)"));
        }
        return holderIsReady(holder) ? Optional.of(serve(holder, asHolder(), "holds the lock at epoch "
            + tally.promised() + " and will commit version " + tally.newest().version() + " (rule 3)"))
            : Optional.empty();
    }

    private ReadPoint asHolder() {
        return new ReadPoint.AsHolder(placement.generation(), tally.newest(), tally.promised());
    }

    /** A push goes to the lock holder if it lives, whatever the rule is by which it may be read. */
    private Optional<Decision> atTheHolder() {
        Optional<Member> holder = holder().filter(this::isUsable);
        if (holder.isEmpty()) {
            return Optional.empty();
        }
        if (tally.isAwaited(holder.get())) {
            return Optional.of(awaitMore(holder.get().node() + " may hold the lock and has not answered yet"));
        }
        return holder.filter(this::holderIsReady).map(at -> hasCommittedNewest(at)
            ? serve(at, new ReadPoint.Committed(placement.generation(), tally.newest()),
                "holds the lock and has committed the newest entry (rule 1)")
            : serve(at, asHolder(), "holds the lock and will commit version " + tally.newest().version()
                + " (rule 3)"));
    }

    private boolean hasCommittedNewest(Member member) {
        return tally.vote(member).filter(vote -> vote.committed().version() >= tally.newest().version()).isPresent();
    }

    /** Whose session at the highest promise may be alive: a lease is shown, or it has written the newest entry. */
    private Optional<Member> holder() {
        Epoch promised = tally.promised();
        boolean leased = tally.voters().stream().flatMap(vote -> vote.lease().stream())
            .anyMatch(lease -> lease.epoch().equals(promised));
        boolean possible = promised.generation() == placement.generation() && promised.counter() > 0
            && promised.slot() < Placement.MEMBERS;
        return possible && (leased || tally.newest().epoch().equals(promised))
            ? Optional.of(placement.members().get(promised.slot())) : Optional.empty();
    }

    private boolean holderIsReady(Member holder) {
        return tally.vote(holder)
            .filter(vote -> vote.holderReady() && vote.promised().equals(tally.promised())).isPresent();
    }

    /** Rule 4. */
    private Decision repair() {
        if (tally.awaitsAny()) {
            return awaitMore("the newest entry is not provably committed, the third node may know (rule 4)");
        }
        if (evidence.repairProblem().isPresent()) {
            reasons.add("the repair failed: " + evidence.repairProblem().get());
            return staleOr("it cannot be proven which state of the repository is the newest, and repairing it failed: "
                + evidence.repairProblem().get() + "; try again");
        }
        List<Member> candidates = tally.voters().stream().map(ProbeAnswer::from).sorted(repairOrder()).toList();
        reasons.add("the newest entry is not provably committed: " + candidates.getFirst().node()
            + " has to lock the repository and commit it (rule 4)");
        return new Decision.Repair(candidates, reasons);
    }

    private Comparator<Member> repairOrder() {
        return Comparator.comparing((Member member) -> !isUsable(member)).thenComparing(byLog())
            .thenComparing(question.preferences().order());
    }

    private Comparator<Member> byLog() {
        return Comparator.comparing((Member member) -> tally.vote(member).orElseThrow().last(),
            Comparator.reverseOrder());
    }

    private Decision withoutQuorum() {
        String who = tally.voters().isEmpty() ? "none" : "only " + tally.voters().getFirst().from().node();
        reasons.add(who + " of the three members counts (" + tally.absent() + ")");
        return staleOr("to " + question.operation().verb() + " takes two of the repository's nodes "
            + names(placement.members()) + ", and " + who + " of them can be used (" + tally.absent()
            + "); try again when they are back");
    }

    private Decision staleOr(String refusal) {
        Optional<ProbeAnswer> freshest = tally.voters().stream()
            .max(Comparator.comparingLong(vote -> vote.committed().version()));
        if (freshest.isEmpty() || !question.staleAllowed() || question.operation() == Operation.WRITE) {
            return new Decision.Refuse(refusal, reasons);
        }
        return serve(freshest.get().from(),
            new ReadPoint.StaleAllowed(placement.generation(), freshest.get().committed()),
            "serves its committed version " + freshest.get().committed().version()
                + ", which may be old: the settings allow it");
    }

    /** For a push the best log first; for a read what is preferred. */
    private Member best(List<Member> allowed) {
        Comparator<Member> order = question.preferences().order();
        if (question.operation() == Operation.WRITE) {
            order = Comparator.comparing((Member member) -> !holder().equals(Optional.of(member)))
                .thenComparing(byLog()).thenComparing(order);
        }
        return allowed.stream().min(order).orElseThrow();
    }

    private List<Member> usable(List<Member> members) {
        return members.stream().filter(this::isUsable).toList();
    }

    /** A list of nodes to avoid that leaves nobody is void. */
    private boolean isUsable(Member member) {
        Set<NodeId> avoid = question.preferences().avoid();
        boolean anotherLeft = placement.members().stream().filter(other -> !avoid.contains(other.node()))
            .anyMatch(other -> tally.isAwaited(other) || tally.vote(other).isPresent());
        return !avoid.contains(member.node()) || !anotherLeft;
    }

    private Decision serve(Member at, ReadPoint from, String because) {
        reasons.add(at.node() + " serves: it " + because);
        return new Decision.Serve(at, from, reasons);
    }

    private Decision awaitMore(String because) {
        reasons.add(because);
        return new Decision.AwaitMore(reasons);
    }

    private static String names(List<Member> members) {
        return members.stream().map(member -> member.node().value()).collect(Collectors.joining(", "));
    }
}
