package dev.trine.lab.sim;

import dev.trine.common.model.Member;
import dev.trine.common.model.NodeId;
import dev.trine.common.model.Position;
import dev.trine.common.model.ProbeAnswer;
import dev.trine.common.model.ReadPoint;
import dev.trine.router.routing.Decision;
import dev.trine.router.routing.Evidence;
import dev.trine.router.routing.Operation;
import dev.trine.router.routing.Placement;
import dev.trine.router.routing.Preferences;
import dev.trine.router.routing.Question;
import dev.trine.router.routing.Standing;
import dev.trine.server.replication.Answer;
import dev.trine.server.replication.Message;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/**
 * A router: probes the members and lets the production code decide. What is simulated is what carries a decision out:
 * sharing the next probe, patience, one repair at a time, the last known place of the repository.
 */
final class SimulatedRouter {
    private static final int PROBES_MAX = 4;
    private static final int DEADLINE_MILLIS = 2_000;
    private static final int PATIENCE_MILLIS = 100;
    private static final int PROBE_MILLIS = 1_000;
    private static final int RETRY_MILLIS = 250;
    private static final int REPAIR_MILLIS = 3_000;

    private final Simulation simulation;
    private final Timeline timeline;
    private final SplittableRandom random;
    private final int place;
    private Placement placement;
    private Optional<Round> running = Optional.empty();
    private List<Attempt> waiting = new ArrayList<>();
    private List<Attempt> afterRepair = new ArrayList<>();
    private boolean repairing;
    private int life;

    SimulatedRouter(Simulation simulation, int number, Placement placement) {
        this.simulation = simulation;
        this.timeline = simulation.timeline();
        this.random = timeline.random().split();
        this.place = Network.ROUTERS + number;
        this.placement = placement;
    }

    int place() {
        return place;
    }

    /** It forgets everything but what its own disk last knew of the directory, which may be old. */
    void restart(Placement lastKnown) {
        simulation.faults().happened(Fault.ROUTER_RESTARTED);
        life++;
        placement = simulation.directory().read().orElse(lastKnown);
        running = Optional.empty();
        repairing = false;
        List<Attempt> dropped = new ArrayList<>(waiting);
        dropped.addAll(afterRepair);
        waiting = new ArrayList<>();
        afterRepair = new ArrayList<>();
        dropped.forEach(attempt -> attempt.done.accept(Optional.empty()));
    }

    Placement placement() {
        return placement;
    }

    /** Finds who serves, and from which state; empty: nobody can now. */
    void route(Operation operation, Set<NodeId> avoid, Consumer<Optional<Decision.Serve>> done) {
        if (random.nextInt(4) == 0) {
            simulation.directory().read().ifPresent(row -> placement = row);
        }
        Attempt attempt = new Attempt(operation, avoid, done);
        timeline.after(DEADLINE_MILLIS, attempt::giveUp);
        attempt.probe();
    }

    private void begin(List<Attempt> attempts) {
        Round round = new Round(placement, attempts);
        running = Optional.of(round);
        for (Member member : round.placement.members()) {
            SimulatedNode node = simulation.cluster().node(member);
            simulation.network().carry(place, node.place(), () -> probe(round, node));
            if (!node.isUp()) {
                int begun = life;
                timeline.after(simulation.network().delay(), () -> round.silent(begun, member, "connection refused"));
            }
        }
        int begun = life;
        timeline.after(PROBE_MILLIS, () -> round.placement.members().forEach(member ->
            round.silent(begun, member, "no answer in time")));
    }

    private void probe(Round round, SimulatedNode node) {
        if (!node.isUp()) {
            return;
        }
        if (node.isPaused(timeline.now())) {
            timeline.after(node.pausedUntil() - timeline.now(), () -> probe(round, node));
            return;
        }
        ProbeAnswer answer = node.probe(timeline.now());
        int begun = life;
        simulation.network().carry(node.place(), place, () -> round.answered(begun, answer));
    }

    /** One probe of all members, shared by the attempts that came before it began. */
    private final class Round {
        private final Placement placement;
        private final List<Attempt> attempts;
        private final List<ProbeAnswer> answers = new ArrayList<>();
        private final Map<NodeId, String> silent = new HashMap<>();
        private boolean patient = true;

        Round(Placement placement, List<Attempt> attempts) {
            this.placement = placement;
            this.attempts = new ArrayList<>(attempts);
        }

        void answered(int begun, ProbeAnswer answer) {
            if (begun != life || answers.stream().anyMatch(known -> known.from().equals(answer.from()))) {
                return;
            }
            silent.remove(answer.from().node());
            answers.add(answer);
            if (answers.size() == 2) {
                timeline.after(PATIENCE_MILLIS, () -> {
                    patient = false;
                    decide(begun);
                });
            }
            decide(begun);
        }

        void silent(int begun, Member member, String why) {
            boolean answered = answers.stream().anyMatch(known -> known.from().node().equals(member.node()));
            if (begun == life && !answered && silent.putIfAbsent(member.node(), why) == null) {
                decide(begun);
            }
        }

        private void decide(int begun) {
            if (begun != life) {
                return;
            }
            boolean settled = answers.size() >= 2 || answers.size() + silent.size() >= placement.members().size();
            if (settled && running.filter(this::equals).isPresent()) {
                running = Optional.empty();
                if (!waiting.isEmpty()) {
                    List<Attempt> next = waiting;
                    waiting = new ArrayList<>();
                    begin(next);
                }
            }
            for (Attempt attempt : List.copyOf(attempts)) {
                if (attempt.isOver || attempt.decide(this)) {
                    attempts.remove(attempt);
                }
            }
        }

        Evidence evidence(Question question, Optional<String> repairProblem) {
            Map<NodeId, String> gone = new HashMap<>(silent);
            if (!patient) {
                placement.members().forEach(member -> gone.putIfAbsent(member.node(), "slower than the others"));
            }
            return new Evidence(answers.stream().map(answer -> simulation.mistakes().answered(question, answer))
                .toList(), gone, repairProblem);
        }
    }

    /** One request's way through probes, restarts and repairs. */
    private final class Attempt {
        private final Operation operation;
        private final Set<NodeId> avoid;
        private final Consumer<Optional<Decision.Serve>> done;
        private int probes;
        private boolean isOver;
        private Optional<String> repairProblem = Optional.empty();

        Attempt(Operation operation, Set<NodeId> avoid, Consumer<Optional<Decision.Serve>> done) {
            this.operation = operation;
            this.avoid = avoid;
            this.done = done;
        }

        void probe() {
            if (isOver) {
                return;
            }
            if (++probes > PROBES_MAX) {
                giveUp();
            } else if (running.isEmpty()) {
                begin(List.of(this));
            } else if (simulation.mistakes().joinsRunningProbe()) {
                running.get().attempts.add(this);
                running.get().decide(life);
            } else {
                waiting.add(this);
            }
        }

        void giveUp() {
            finish(Optional.empty());
        }

        private void finish(Optional<Decision.Serve> served) {
            if (!isOver) {
                isOver = true;
                done.accept(served);
            }
        }

        /** Returns whether this round is of no more use to it. */
        boolean decide(Round round) {
            Question question = new Question(operation, round.placement, false,
                new Preferences(SimulatedNode.REPO, avoid, Map.<NodeId, Standing>of()));
            Decision decision = simulation.mistakes().decide(question, round.evidence(question, repairProblem));
            switch (decision) {
                case Decision.AwaitMore more -> {
                    return false;
                }
                case Decision.Serve serve -> finish(Optional.of(serve));
                case Decision.Restart restart -> {
                    if (restart.newer().generation() > placement.generation()) {
                        placement = restart.newer();
                    }
                    probe();
                }
                case Decision.Repair repair -> repair(round, repair.candidates());
                case Decision.Refuse refuse -> {
                    probes--;
                    timeline.after(RETRY_MILLIS, this::probe);
                }
                case Decision.Gone gone -> throw new Violation("nobody deleted the repository: " + gone);
            }
            return true;
        }

        private void repair(Round round, List<Member> candidates) {
            if (repairing) {
                afterRepair.add(this);
                return;
            }
            repairing = true;
            int begun = life;
            ask(round.placement.generation(), candidates.subList(0, Math.min(2, candidates.size())), begun);
        }

        private void ask(long generation, List<Member> candidates, int begun) {
            if (begun != life || candidates.isEmpty()) {
                ended(begun, Optional.of("no node could"));
                return;
            }
            Member at = candidates.getFirst();
            SimulatedNode node = simulation.cluster().node(at);
            Once once = new Once(() -> ask(generation, candidates.subList(1, candidates.size()), begun));
            timeline.after(REPAIR_MILLIS, once::fail);
            simulation.network().call(place, node.place(), () -> simulation.cluster().ask(node,
                ticket -> new Message.Repair(ticket, generation),
                reply -> simulation.network().call(node.place(), place, () -> once.succeed(() ->
                    repaired(generation, candidates, reply, begun))), once::fail));
        }

        private void repaired(long generation, List<Member> candidates, Cluster.Reply reply, int begun) {
            if (reply.answer() instanceof Answer.Repaired repaired) {
                ended(begun, Optional.empty());
                Position committed = repaired.committed();
                finish(Optional.of(new Decision.Serve(reply.at().member(),
                    new ReadPoint.Committed(generation, committed), List.of())));
            } else {
                ask(generation, candidates.subList(1, candidates.size()), begun);
            }
        }

        /** Whoever waited for it probes anew: its result may be older than his request. */
        private void ended(int begun, Optional<String> problem) {
            if (begun != life) {
                giveUp();
                return;
            }
            repairing = false;
            List<Attempt> others = afterRepair;
            afterRepair = new ArrayList<>();
            others.forEach(Attempt::probe);
            if (problem.isPresent()) {
                repairProblem = problem;
                probe();
            }
        }
    }
}
