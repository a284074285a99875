package dev.trine.router.routing;

import dev.trine.common.model.Epoch;
import dev.trine.common.model.Member;
import dev.trine.common.model.NodeId;
import dev.trine.common.model.Position;
import dev.trine.common.model.ProbeAnswer;
import dev.trine.common.model.ReadPoint;
import dev.trine.common.model.Role;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Section 6.1 of docs/PROTOCOL.md written down a second time: whether a decision is lawful on its evidence. */
final class LawfulDecisions {
    private final Question question;
    private final Evidence evidence;
    private final List<ProbeAnswer> votes = new ArrayList<>();
    private final boolean deleted;
    private final long generationSeen;
    private final boolean settled;
    private final boolean quorum;
    private final Epoch promised;
    private final Position newest;
    private final boolean proven;

    LawfulDecisions(Question question, Evidence evidence) {
        this.question = question;
        this.evidence = evidence;
        List<Member> members = question.placement().members();
        List<ProbeAnswer> known = evidence.answers().stream().filter(a -> members.contains(a.from())).toList();
        known.stream().filter(a -> a.role() == Role.VOTER && a.generation() == question.placement().generation())
            .forEach(votes::add);
        deleted = known.stream().anyMatch(a -> a.role() == Role.DELETED);
        generationSeen = known.stream().filter(a -> a.role() == Role.VOTER || a.role() == Role.RETIRED)
            .mapToLong(ProbeAnswer::generation).max().orElse(0);
        Set<NodeId> heard = new HashSet<>(evidence.silent().keySet());
        evidence.answers().forEach(a -> heard.add(a.from().node()));
        settled = members.stream().allMatch(member -> heard.contains(member.node()));
        quorum = votes.size() >= 2;
        promised = quorum ? Epoch.max(votes.get(0).promised(), votes.get(1).promised()) : Epoch.NULL;
        newest = quorum ? Position.max(votes.get(0).last(), votes.get(1).last()) : Position.START;
        proven = quorum && votes.subList(0, 2).stream()
            .allMatch(a -> a.last().equals(newest) && a.promised().equals(newest.epoch()));
    }

    /** What is wrong with the decision; empty: nothing. */
    Optional<String> violation(Decision decision) {
        return switch (decision) {
            case Decision.Gone gone -> unless(deleted, "nobody has deleted the repository");
            case Decision.Restart restart -> unless(restart.newer().generation() == generationSeen
                && generationSeen > question.placement().generation(), "nobody is at a newer generation");
            case Decision.Serve serve -> moved().or(() -> serving(serve));
            case Decision.AwaitMore more -> moved().or(this::waiting);
            case Decision.Repair repair -> moved().or(() -> repairing(repair));
            case Decision.Refuse refuse -> moved().or(() -> unless(settled && (!quorum || repairFailed()),
                "refused although a quorum has answered, or more may answer"));
        };
    }

    private static Optional<String> unless(boolean lawful, String problem) {
        return lawful ? Optional.empty() : Optional.of(problem);
    }

    private Optional<String> moved() {
        return unless(!deleted && generationSeen <= question.placement().generation(),
            "a member of a newer generation, or a deletion, was overlooked");
    }

    private boolean repairFailed() {
        return evidence.repairProblem().isPresent();
    }

    private Optional<String> serving(Decision.Serve serve) {
        if (serve.from().generation() != question.placement().generation()) {
            return Optional.of("answers of one generation, a read of another");
        }
        Optional<ProbeAnswer> vote = votes.stream().filter(a -> a.from().equals(serve.at())).findFirst();
        if (vote.isEmpty()) {
            return Optional.of("served by a node that is no voter of the generation");
        }
        if (serve.from() instanceof ReadPoint.StaleAllowed stale) {
            return unless(question.staleAllowed() && question.operation() == Operation.READ && settled
                && (!quorum || repairFailed()) && stale.minimum().equals(vote.get().committed()),
                "a stale read without need or permission");
        }
        if (!quorum) {
            return Optional.of("served on fewer than two answers");
        }
        if (!serve.from().minimum().equals(newest)) {
            return Optional.of("the read does not demand the newest entry");
        }
        return switch (serve.from()) {
            case ReadPoint.Committed committed -> unless(hasCommittedNewest(vote.get()), "rule 1 does not hold");
            case ReadPoint.Proof proof -> unless(proven && votes.subList(0, 2).contains(vote.get()),
                "rule 2 does not hold");
            case ReadPoint.AsHolder holder -> unless(holder.holder().equals(promised) && mayBeHeld()
                && slotOf(serve.at()) == promised.slot() && vote.get().holderReady(), "rule 3 does not hold");
            case ReadPoint.StaleAllowed stale -> throw new IllegalStateException("judged above");
        };
    }

    private boolean hasCommittedNewest(ProbeAnswer vote) {
        return vote.committed().version() >= newest.version();
    }

    private int slotOf(Member member) {
        return question.placement().members().indexOf(member);
    }

    private boolean mayBeHeld() {
        boolean leased = votes.stream().anyMatch(a -> a.lease().filter(l -> l.epoch().equals(promised)).isPresent());
        return promised.generation() == question.placement().generation() && promised.counter() > 0
            && (leased || newest.epoch().equals(promised));
    }

    private boolean served() {
        return proven || votes.stream().anyMatch(this::hasCommittedNewest);
    }

    /** A hung node costs nothing but its answer: whoever can be served on two answers does not wait for a third. */
    private Optional<String> waiting() {
        boolean forTheHolder = question.operation() == Operation.WRITE && mayBeHeld() && votes.stream()
            .noneMatch(a -> slotOf(a.from()) == promised.slot());
        return unless(!settled && (!quorum || !served() || forTheHolder), "waits without need");
    }

    private Optional<String> repairing(Decision.Repair repair) {
        List<Position> logs = repair.candidates().stream().flatMap(candidate -> votes.stream()
            .filter(a -> a.from().equals(candidate)).map(ProbeAnswer::last)).toList();
        List<Position> ranked = logs.stream().sorted(Comparator.reverseOrder()).toList();
        boolean allVoters = logs.size() == votes.size() && logs.size() == repair.candidates().size();
        return unless(settled && quorum && !served() && !repairFailed() && logs.equals(ranked) && allVoters,
            "a repair without need, too early, or by the wrong node");
    }
}
