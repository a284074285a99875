package dev.trine.lab.sim;

import dev.trine.common.model.Member;
import dev.trine.common.model.ProbeAnswer;
import dev.trine.server.replication.ReplicaState;
import dev.trine.server.replication.Retirement;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** A retired node's look at its successors, and theirs: when two have all that it has, its data may go. */
final class RetiredNode {
    private static final int COPIES = 2;
    private static final int ASKED_MAX = 12;

    private final Simulation simulation;
    private final SimulatedNode node;
    private final int life;

    RetiredNode(Simulation simulation, SimulatedNode node) {
        this.simulation = simulation;
        this.node = node;
        this.life = node.life();
    }

    void look() {
        if (node.disk().isEmptied()) {
            return;
        }
        if (simulation.mistakes().keepsDataWhileNeeded()) {
            Set<Member> members = new LinkedHashSet<>(node.disk().state().members());
            members.addAll(node.told());
            ask(node.disk().state(), members, List.of());
        } else {
            remove();
        }
    }

    private void ask(ReplicaState state, Set<Member> members, List<ProbeAnswer> before) {
        CatchUp.ask(simulation, node, members, came -> {
            if (node.life() != life || !node.hosts() || !node.disk().state().equals(state)) {
                return;
            }
            List<ProbeAnswer> answers = new ArrayList<>(before);
            came.stream().filter(answer -> before.stream().noneMatch(known -> known.from().equals(answer.from())))
                .forEach(answers::add);
            Set<Member> asked = new LinkedHashSet<>(members);
            came.forEach(answer -> asked.addAll(answer.members()));
            if (Retirement.mayRemove(state, answers, COPIES)) {
                remove();
            } else if (asked.size() > members.size() && asked.size() <= ASKED_MAX) {
                ask(state, asked, answers);
            }
        });
    }

    private void remove() {
        simulation.note(node.member().node(), "removes the data of the repository that it retired from");
        node.disk().removeData();
        simulation.invariants().checkDurable(simulation.cluster().nodes());
    }
}
