package dev.trine.router.replacement;

import dev.trine.common.model.Member;
import dev.trine.common.wire.Wire;
import dev.trine.proto.ReplicaDescription;
import dev.trine.router.metadata.Repository;
import dev.trine.router.moves.Goal;
import dev.trine.router.moves.Sight;
import dev.trine.router.moves.Step;
import dev.trine.router.nodes.NodeCalls;
import dev.trine.router.nodes.NodeCalls.Target;
import dev.trine.router.nodes.Nodes;
import dev.trine.router.nodes.ProbeOutcome;
import dev.trine.router.nodes.ProbeRound;
import dev.trine.router.nodes.Probes;
import dev.trine.router.nodes.Reply;
import dev.trine.router.routing.Evidence;
import dev.trine.router.routing.Placement;
import io.grpc.Status;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Asks and tells the nodes about a repository that is to move. Any thread. */
final class MoveCalls {
    private static final Duration PROBE_MAX = Duration.ofSeconds(1);
    private static final Duration CALL_MAX = Duration.ofSeconds(5);

    private final Probes probes;
    private final NodeCalls calls;
    private final Nodes nodes;

    MoveCalls(Probes probes, NodeCalls calls, Nodes nodes) {
        this.probes = probes;
        this.calls = calls;
        this.nodes = nodes;
    }

    /**
     * What was seen.
     *
     * @param sight what the decision needs
     * @param copy  what the joining disk says of its replica; empty: it has none, or did not answer
     */
    record Seen(Sight sight, Optional<ReplicaDescription> copy) {
        /** Bytes that the joining disk has. */
        long bytes() {
            return copy.map(ReplicaDescription::getPackBytes).orElse(0L);
        }
    }

    /** Asks the members and the joining disk. */
    Seen look(Repository repository, Goal goal, boolean settled) throws InterruptedException {
        Evidence members = probe(repository);
        Reply<ReplicaDescription> copy = onNode(goal.joining(), target -> calls.describe(target, repository.id()));
        return new Seen(new Sight(repository.placement(), members.answers(), members.silent(), copy(goal, copy),
            settled), copy.ifDone().filter(description -> isOf(goal.joining(), description)));
    }

    /** Asks the joining disk alone; what the members said before stays. */
    Seen lookAtCopy(Repository repository, Goal goal, Seen before) {
        Reply<ReplicaDescription> copy = onNode(goal.joining(), target -> calls.describe(target, repository.id()));
        Sight sight = before.sight();
        return new Seen(new Sight(sight.placement(), sight.answers(), sight.silent(), copy(goal, copy),
            sight.settled()), copy.ifDone().filter(description -> isOf(goal.joining(), description)));
    }

    private Evidence probe(Repository repository) throws InterruptedException {
        ProbeRound round = probes.join(repository.id(), repository.placement());
        long end = System.nanoTime() + PROBE_MAX.toNanos();
        List<ProbeOutcome> outcomes = round.outcomes();
        while (outcomes.size() < repository.placement().members().size() && System.nanoTime() < end) {
            round.await(outcomes.size(), Duration.ofNanos(end - System.nanoTime()));
            outcomes = round.outcomes();
        }
        return ProbeRound.evidence(outcomes, Map.of());
    }

    private static Sight.Copy copy(Goal goal, Reply<ReplicaDescription> reply) {
        return switch (reply) {
            case Reply.Failed<ReplicaDescription> failed -> new Sight.Copy.Failed(failed.text());
            case Reply.Done<ReplicaDescription> done when !isOf(goal.joining(), done.value()) ->
                new Sight.Copy.Failed("another disk than the joining one answers");
            case Reply.Done<ReplicaDescription> done -> copy(done.value());
        };
    }

    private static Sight.Copy copy(ReplicaDescription replica) {
        return switch (Wire.fromProto(replica.getRole())) {
            case LEARNER -> new Sight.Copy.UpTo(replica.getCommitted().getVersion(), replica.getGeneration());
            case VOTER, WITHDRAWN -> new Sight.Copy.Votes(replica.getGeneration());
            case UNKNOWN, RETIRED, DELETED -> new Sight.Copy.None();
        };
    }

    private static boolean isOf(Member member, ReplicaDescription description) {
        return description.getMember().equals(Wire.toProto(member));
    }

    /** Empty: it was done; else why not, for people. */
    Optional<String> learn(Repository repository, Goal goal, Placement present) {
        return problem(goal.joining(), onNode(goal.joining(), target -> calls.learn(target, repository.id(),
            present.generation(), present.members())));
    }

    /** Empty: it was done; else why not, for people. */
    Optional<String> unlearn(Repository repository, Goal goal) {
        return problem(goal.joining(), onNode(goal.joining(), target -> calls.unlearn(target, repository.id())));
    }

    /** Empty: it was done, or another generation is in force; else why not, for people. */
    Optional<String> seal(Repository repository, Step.Seal seal) {
        return inTurn(seal.ask(), target -> calls.seal(target, repository.id(), seal.placement().generation(),
            seal.next()));
    }

    /** Empty: it was done, or another generation is in force; else why not, for people. */
    Optional<String> settle(Repository repository, Step.Settle settle) {
        return inTurn(settle.ask(), target -> calls.repair(target, repository.id(), settle.placement().generation()));
    }

    private <T> Optional<String> inTurn(List<Member> members, Function<Target, Reply<T>> request) {
        Optional<String> problem = Optional.empty();
        for (Member member : members) {
            Reply<T> reply = onNode(member, request);
            problem = problem(member, reply);
            if (problem.isEmpty()
                || reply instanceof Reply.Failed<T> failed && failed.code() == Status.Code.FAILED_PRECONDITION) {
                return Optional.empty();
            }
        }
        return problem;
    }

    private <T> Reply<T> onNode(Member member, Function<Target, Reply<T>> request) {
        return nodes.address(member.node()).map(address -> request.apply(new Target(member, address, CALL_MAX)))
            .orElseGet(() -> new Reply.Failed<>(Status.Code.NOT_FOUND, "is no node of this cluster"));
    }

    private static <T> Optional<String> problem(Member member, Reply<T> reply) {
        return switch (reply) {
            case Reply.Done<T> done -> Optional.empty();
            case Reply.Failed<T> failed -> Optional.of(member.node() + ": " + failed.text());
        };
    }
}
