package dev.trine.lab.sim;

import dev.trine.common.model.Member;
import dev.trine.common.model.ProbeAnswer;
import dev.trine.common.model.Role;
import dev.trine.server.replication.Answer;
import dev.trine.server.replication.CatchUpRound;
import dev.trine.server.replication.CatchUpStep;
import dev.trine.server.replication.Envelope;
import dev.trine.server.replication.Message;
import dev.trine.server.replication.PeerMessage;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * A node's catching up, from its start on: asks the others, lets the production code decide, does it. A learner goes on
 * for as long as it is one; a retired node looks whether its data are still needed.
 */
final class CatchUp {
    private static final int ROUNDS_MAX = 24;
    private static final int ROUND_MILLIS = 300;
    private static final int ANSWER_MILLIS = 100;

    private final Simulation simulation;
    private final Timeline timeline;
    private final SimulatedNode node;
    private final int life;
    private final Set<Member> failed = new HashSet<>();
    private Set<Member> also = Set.of();
    private int heeded;
    private int rounds;

    CatchUp(Simulation simulation, SimulatedNode node) {
        this.simulation = simulation;
        this.timeline = simulation.timeline();
        this.node = node;
        this.life = node.life();
    }

    void begin() {
        timeline.after(simulation.network().delay(), this::round);
    }

    private void round() {
        if (node.life() != life || !node.hosts()) {
            return;
        }
        if (node.disk().isIn(Role.RETIRED)) {
            new RetiredNode(simulation, node).look();
            again(2 * ROUND_MILLIS);
            return;
        }
        if (node.tellings() > heeded) {
            heeded = node.tellings();
            also = Set.copyOf(node.told());
            rounds = 0;
        }
        ProbeAnswer mine = node.probe(timeline.now());
        if (!CatchUpRound.takesPart(mine.role()) || ++rounds > ROUNDS_MAX && mine.role() != Role.LEARNER) {
            // whoever retires later has to look, too
            again(3 * ROUND_MILLIS);
            return;
        }
        Set<Member> asked = new HashSet<>(CatchUpRound.firstAsked(mine));
        asked.addAll(also);
        ask(simulation, node, asked, others -> decide(asked, others));
    }

    /** Asks nodes for their positions over the network; what has not come in time has not come. */
    static void ask(Simulation simulation, SimulatedNode node, Set<Member> members,
                    Consumer<List<ProbeAnswer>> done) {
        List<ProbeAnswer> answers = new ArrayList<>();
        members.stream().filter(member -> !member.equals(node.member()))
            .sorted(Comparator.comparing(Member::toString)).forEach(member -> {
                SimulatedNode other = simulation.cluster().node(member);
                simulation.network().call(node.place(), other.place(), () -> {
                    if (other.hosts() && other.member().equals(member)
                        && !other.isPaused(simulation.timeline().now())) {
                        ProbeAnswer answer = other.probe(simulation.timeline().now());
                        simulation.network().call(other.place(), node.place(), () -> answers.add(answer));
                    }
                });
            });
        simulation.timeline().after(ANSWER_MILLIS, () -> done.accept(List.copyOf(answers)));
    }

    private void decide(Set<Member> asked, List<ProbeAnswer> others) {
        if (node.life() != life || !node.hosts()) {
            return;
        }
        ProbeAnswer mine = node.probe(timeline.now());
        CatchUpStep step = new CatchUpRound(mine, others, failed).decide(rounds - 1, asked);
        switch (step) {
            case CatchUpStep.AskAlso more -> {
                Set<Member> named = new HashSet<>(also);
                named.addAll(more.members());
                also = named;
                again(1);
            }
            case CatchUpStep.Pull pull -> {
                Member from = pull.from().from();
                failed.add(from);
                hint(node, new Envelope(SimulatedNode.REPO, mine.generation(), from, node.member(),
                    new PeerMessage.PullHint(pull.from().committed())));
                again(ROUND_MILLIS);
            }
            case CatchUpStep.Repair repair -> {
                simulation.cluster().ask(node, ticket -> new Message.Repair(ticket, mine.generation()),
                    reply -> rounds += reply.answer() instanceof Answer.Repaired ? 0 : 1, () -> { });
                again(ROUND_MILLIS);
            }
            case CatchUpStep.Hint hint -> {
                hint.behind().forEach(other -> simulation.network().carry(node.place(),
                    simulation.cluster().node(other).place(), () -> hint(simulation.cluster().node(other),
                        new Envelope(SimulatedNode.REPO, mine.generation(), node.member(), other,
                            new PeerMessage.PullHint(mine.committed())))));
                level();
            }
            case CatchUpStep.Wait wait -> again(ROUND_MILLIS);
            case CatchUpStep.Level level -> level();
            case CatchUpStep.GiveUp nobody -> again(ROUND_MILLIS);
        }
    }

    private void level() {
        rounds = node.disk().isIn(Role.LEARNER) ? 0 : ROUNDS_MAX;
        failed.clear();
        also = Set.of();
        again(ROUND_MILLIS);
    }

    private void hint(SimulatedNode to, Envelope envelope) {
        simulation.cluster().deliver(to, new Message.Received(envelope));
    }

    private void again(long millis) {
        timeline.after(millis, this::round);
    }
}
