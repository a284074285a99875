package dev.trine.lab.sim;

import dev.trine.common.model.Member;
import dev.trine.common.model.NodeId;
import dev.trine.common.model.ProbeAnswer;
import dev.trine.router.moves.Goal;
import dev.trine.router.moves.NextStep;
import dev.trine.router.moves.Sight;
import dev.trine.router.moves.Step;
import dev.trine.router.routing.Placement;
import dev.trine.server.replication.Answer;
import dev.trine.server.replication.Message;
import dev.trine.server.replication.Ticket;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Function;

/**
 * Whoever carries out replacements of members: looks, lets the production code decide the next step, does it, looks
 * again. It may die after any step; another one, or itself, goes on from what is there.
 */
final class Controller {
    private static final int LOOK_MILLIS = 150;
    private static final int PAUSE_MILLIS = 300;
    private static final int DOWN_MILLIS = 2_000;

    private final Simulation simulation;
    private final Timeline timeline;
    private final SplittableRandom random;
    private final Moves moves;
    private Optional<Goal> goal = Optional.empty();
    private Optional<Placement> known = Optional.empty();
    private boolean settled;
    private int life;

    Controller(Simulation simulation, Moves moves) {
        this.simulation = simulation;
        this.timeline = simulation.timeline();
        this.random = timeline.random().split();
        this.moves = moves;
    }

    Optional<Goal> goal() {
        return goal;
    }

    void begin() {
        int begun = life;
        timeline.after(random.nextLong(PAUSE_MILLIS), () -> look(begun));
    }

    private void look(int begun) {
        if (begun != life) {
            return;
        }
        goal = goal.flatMap(moves::current).or(() -> moves.any(random));
        Optional<Placement> row = simulation.directory().read();
        if (goal.isEmpty() || row.isEmpty() && known.isEmpty()) {
            timeline.after(PAUSE_MILLIS, () -> look(begun));
            return;
        }
        Goal wanted = goal.get();
        Placement placement = row.isEmpty() ? known.get() : row.get();
        known = Optional.of(placement);
        Set<Member> asked = new LinkedHashSet<>(placement.members());
        asked.add(wanted.joining());
        Map<Member, ProbeAnswer> answers = new HashMap<>();
        for (Member member : asked) {
            SimulatedNode node = simulation.cluster().node(member);
            simulation.network().call(Network.CONTROLLERS, node.place(), () -> {
                if (node.isUp() && !node.isPaused(timeline.now())) {
                    ProbeAnswer answer = node.probe(timeline.now());
                    simulation.network().call(node.place(), Network.CONTROLLERS, () ->
                        answers.put(answer.from(), answer));
                }
            });
        }
        timeline.after(LOOK_MILLIS, () -> decide(begun, wanted, placement, answers));
    }

    private void decide(int begun, Goal wanted, Placement placement, Map<Member, ProbeAnswer> answers) {
        if (begun != life) {
            return;
        }
        List<ProbeAnswer> came = new ArrayList<>();
        Map<NodeId, String> silent = new HashMap<>();
        for (Member member : placement.members()) {
            Optional.ofNullable(answers.get(member)).ifPresentOrElse(came::add,
                () -> silent.put(member.node(), "no answer"));
        }
        Step step = NextStep.decide(wanted, new Sight(placement, came, silent, copy(wanted, answers), settled));
        simulation.note("controller for", wanted.joining().node(), "decides", step);
        act(step, wanted, placement);
        if (timeline.isFaulty() && random.nextInt(12) == 0) {
            crash();
        } else {
            timeline.after(random.nextLong(PAUSE_MILLIS), () -> look(begun));
        }
    }

    private static Sight.Copy copy(Goal wanted, Map<Member, ProbeAnswer> answers) {
        ProbeAnswer answer = answers.get(wanted.joining());
        if (answer == null) {
            return new Sight.Copy.Failed("does not answer");
        }
        return switch (answer.role()) {
            case UNKNOWN, RETIRED, DELETED -> new Sight.Copy.None();
            case VOTER, WITHDRAWN -> new Sight.Copy.Votes(answer.generation());
            case LEARNER -> new Sight.Copy.UpTo(answer.committed().version(), answer.generation());
        };
    }

    private void act(Step step, Goal wanted, Placement placement) {
        SimulatedNode joining = simulation.cluster().node(wanted.joining());
        switch (step) {
            case Step.Forward forward -> {
                known = Optional.of(forward.newer());
                simulation.directory().forward(forward.newer());
            }
            case Step.Learn learn -> reach(joining, wanted.joining(), () -> moves.learn(joining, learn.from()));
            case Step.Tell tell -> reach(joining, wanted.joining(), () -> moves.learn(joining, tell.present()));
            case Step.Seal seal -> {
                if (moves.isContested(wanted)) {
                    simulation.faults().happened(Fault.CONTROLLERS_COMPETED);
                }
                ask(seal.ask(), ticket -> new Message.Seal(ticket, seal.placement().generation(), seal.next()),
                    () -> { });
            }
            case Step.Settle settle -> ask(settle.ask(),
                ticket -> new Message.Repair(ticket, settle.placement().generation()), () -> settled = true);
            case Step.Unlearn unlearn -> reach(joining, wanted.joining(), () -> moves.unlearn(joining));
            case Step.Moved moved -> finish(wanted);
            case Step.Stayed stayed -> finish(wanted);
            case Step.Await wait -> { }
            case Step.Blocked blocked -> { }
            case Step.Gone gone -> throw new Violation("nobody deleted the repository: " + gone);
        }
    }

    private void finish(Goal wanted) {
        moves.done(wanted);
        goal = Optional.empty();
        settled = false;
    }

    private void reach(SimulatedNode node, Member meant, Runnable there) {
        simulation.network().call(Network.CONTROLLERS, node.place(), () -> {
            if (node.isUp() && node.member().equals(meant)) {
                there.run();
            }
        });
    }

    /** Asks the first that can be reached, and then whoever has the lock. */
    private void ask(List<Member> candidates, Function<Ticket, Message> request, Runnable done) {
        List<Member> up = candidates.stream().filter(member -> simulation.cluster().node(member).hosts()).toList();
        if (up.isEmpty()) {
            return;
        }
        Member at = up.getFirst();
        SimulatedNode node = simulation.cluster().node(at);
        int begun = life;
        reach(node, at, () -> simulation.cluster().ask(node, request, reply -> {
            if (begun == life && reply.answer() instanceof Answer.Repaired) {
                done.run();
            } else if (begun == life && reply.answer() instanceof Answer.HeldBy held && candidates.size() < 6) {
                List<Member> next = new ArrayList<>(List.of(held.holder()));
                next.addAll(candidates);
                ask(next, request, done);
            }
        }, () -> { }));
    }

    private void crash() {
        simulation.faults().happened(Fault.CONTROLLER_CRASHED);
        simulation.note("a controller crashes");
        life++;
        goal = Optional.empty();
        known = Optional.empty();
        settled = false;
        int begun = life;
        timeline.after(random.nextLong(DOWN_MILLIS), () -> look(begun));
    }
}
