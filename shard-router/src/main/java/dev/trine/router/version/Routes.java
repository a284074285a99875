package dev.trine.router.version;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.trine.common.model.Member;
import dev.trine.common.model.NodeId;
import dev.trine.common.model.ReadPoint;
import dev.trine.common.model.RepoId;
import dev.trine.router.directory.Directory;
import dev.trine.router.metadata.Repository;
import dev.trine.router.nodes.Nodes;
import dev.trine.router.nodes.ProbeOutcome;
import dev.trine.router.nodes.ProbeRound;
import dev.trine.router.nodes.Probes;
import dev.trine.router.nodes.Repairs;
import dev.trine.router.routing.Decision;
import dev.trine.router.routing.Evidence;
import dev.trine.router.routing.Operation;
import dev.trine.router.routing.Preferences;
import dev.trine.router.routing.Question;
import dev.trine.router.routing.Standing;
import dev.trine.router.routing.VersionRouting;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * Carries out version routing: probes, asks {@link VersionRouting}, and does what it decides until a node serves or
 * nobody can. Within the deadline, whatever the nodes do. Any thread.
 */
public final class Routes {
    /** How many repositories count as routed recently. */
    public static final int RECENT_MAX = 1000;

    private static final int PROBES_MAX = 4;
    /** Longer than a channel to a node that was away waits before it connects again. */
    private static final int RETRY_MILLIS = 250;

    private final Probes probes;
    private final Repairs repairs;
    private final Nodes nodes;
    private final Directory directory;
    private final RouteLimits limits;
    private final Cache<RepoId, Repository> recent = Caffeine.newBuilder().maximumSize(RECENT_MAX).build();

    public Routes(Probes probes, Repairs repairs, Nodes nodes, Directory directory, RouteLimits limits) {
        this.probes = probes;
        this.repairs = repairs;
        this.nodes = nodes;
        this.directory = directory;
        this.limits = limits;
    }

    /** Decides which node serves that operation on that repository, none of those to avoid if it can be helped. */
    public Routed route(Repository repository, Operation operation, Set<NodeId> avoid) throws InterruptedException {
        recent.put(repository.id(), repository);
        return new Attempt(repository, operation, avoid, true).run();
    }

    /** Makes the decision without repairing and without noting that a repository has moved. */
    public Routed explain(Repository repository, Operation operation) throws InterruptedException {
        return new Attempt(repository, operation, Set.of(), false).run();
    }

    /** The repositories that were routed last, in no order, at most {@link #RECENT_MAX}. */
    public List<Repository> recent() {
        return List.copyOf(recent.asMap().values());
    }

    /** One request's way through probes, restarts and repairs. */
    private final class Attempt {
        private final Operation operation;
        private final Set<NodeId> avoid;
        private final boolean acts;
        private final long beganNanos = System.nanoTime();
        private final long endNanos = beganNanos + limits.deadline().toNanos();
        private final List<String> reasons = new ArrayList<>();
        private Repository repository;
        private List<ProbeOutcome> answers = List.of();

        Attempt(Repository repository, Operation operation, Set<NodeId> avoid, boolean acts) {
            this.acts = acts;
            this.repository = repository;
            this.operation = operation;
            this.avoid = avoid;
        }

        Routed run() throws InterruptedException {
            for (int probe = 1; probe <= PROBES_MAX && left().isPositive(); probe++) {
                Decision decision = probeAndDecide();
                reasons.addAll(decision.reasons());
                switch (decision) {
                    case Decision.Restart restart -> repository = acts
                        ? directory.moved(repository, restart.newer()) : repository.at(restart.newer());
                    case Decision.Repair repair -> {
                        Optional<Routed> repaired = acts ? repair(repair) : Optional.of(result(repair, false));
                        if (repaired.isPresent()) {
                            return repaired.get();
                        }
                    }
                    case Decision.Serve serve -> {
                        return result(serve, false);
                    }
                    case Decision.Gone gone -> {
                        return result(gone, false);
                    }
                    case Decision.Refuse refuse -> {
                        if (!isWorthWaiting()) {
                            return result(refuse, false);
                        }
                        reasons.clear();
                        probe--;
                        TimeUnit.MILLISECONDS.sleep(RETRY_MILLIS);
                    }
                    case Decision.AwaitMore more -> throw new IllegalStateException("still undecided: " + more);
                }
            }
            return result(new Decision.Refuse("no state of " + repository.path() + " could be proven the newest in "
                + limits.deadline().toMillis() + " ms; try again", List.of()), false);
        }

        /** A node that has just come back is found within the second or third try. */
        private boolean isWorthWaiting() {
            return acts && System.nanoTime() - beganNanos < limits.quorumPatience().toNanos();
        }

        private Routed result(Decision decision, boolean repaired) {
            if (decision instanceof Decision.Gone) {
                recent.invalidate(repository.id());
            }
            return new Routed(repository, decision, repaired, answers, List.copyOf(reasons));
        }

        private Duration left() {
            return Duration.ofNanos(endNanos - System.nanoTime());
        }

        private Decision probeAndDecide() throws InterruptedException {
            ProbeRound round = probes.join(repository.id(), repository.placement());
            Question question = question();
            while (true) {
                answers = round.outcomes();
                boolean over = !left().isPositive();
                Decision decision = VersionRouting.decide(question,
                    ProbeRound.evidence(answers, over ? allMembers("no answer in time") : givenUp(round)));
                if (!(decision instanceof Decision.AwaitMore)) {
                    if (!acts) {
                        awaitRest(round);
                    }
                    return decision;
                }
                round.await(answers.size(), waitFor(round));
            }
        }

        /** An explanation shows every answer, though the decision needed only some. */
        private void awaitRest(ProbeRound round) throws InterruptedException {
            while (answers.size() < repository.placement().members().size() && left().isPositive()) {
                round.await(answers.size(), left());
                answers = round.outcomes();
            }
        }

        private Question question() {
            Map<NodeId, Standing> standings = repository.placement().members().stream().map(Member::node)
                .collect(Collectors.toMap(node -> node, nodes::standing));
            return new Question(operation, repository.placement(), limits.allowStaleReads(),
                new Preferences(repository.id(), avoid, standings));
        }

        /** Once two voters have answered, a demoted node is not waited for at all, any other only for so long. */
        private Map<NodeId, String> givenUp(ProbeRound round) {
            if (!round.hasTwoVotesFor(Duration.ZERO)) {
                return Map.of();
            }
            boolean outOfPatience = round.hasTwoVotesFor(limits.patience());
            Map<NodeId, String> givenUp = new HashMap<>(allMembers("slower than the others"));
            givenUp.keySet().removeIf(node -> !outOfPatience && !nodes.isDemoted(node));
            return givenUp;
        }

        private Map<NodeId, String> allMembers(String problem) {
            return repository.placement().members().stream()
                .collect(Collectors.toMap(Member::node, member -> problem));
        }

        private Duration waitFor(ProbeRound round) {
            Duration left = left();
            return round.hasTwoVotesFor(Duration.ZERO) && limits.patience().compareTo(left) < 0
                ? limits.patience() : left;
        }

        /** Empty: probe anew. */
        private Optional<Routed> repair(Decision.Repair needed) throws InterruptedException {
            long generation = repository.placement().generation();
            return switch (repairs.repair(repository.id(), generation, needed.candidates(), left())) {
                case Repairs.Outcome.Repaired repaired -> {
                    reasons.add(repaired.at().node() + " has locked the repository and committed "
                        + repaired.committed());
                    yield repaired.generation() != generation ? Optional.empty()
                        : Optional.of(result(new Decision.Serve(repaired.at(),
                            new ReadPoint.Committed(generation, repaired.committed()), List.of()), true));
                }
                case Repairs.Outcome.Joined joined -> {
                    reasons.add("another request's repair has ended");
                    yield Optional.empty();
                }
                case Repairs.Outcome.Failed failed -> Optional.of(result(afterFailure(failed.problem()), false));
            };
        }

        private Decision afterFailure(String problem) {
            Evidence all = ProbeRound.evidence(answers, allMembers("slower than the others"));
            Decision decision = VersionRouting.decide(question(),
                new Evidence(all.answers(), all.silent(), Optional.of(problem)));
            reasons.addAll(decision.reasons());
            return decision;
        }
    }
}
