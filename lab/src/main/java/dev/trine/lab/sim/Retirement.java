package dev.trine.lab.sim;

import dev.trine.common.model.ProbeAnswer;
import dev.trine.common.model.Role;
import dev.trine.server.replication.ReplicaState;
import java.util.LinkedHashSet;
import java.util.List;

/** A retired node's look at its successors: when two of them have all that it has, its data may go. */
final class Retirement {
    private final Simulation simulation;
    private final SimulatedNode node;

    Retirement(Simulation simulation, SimulatedNode node) {
        this.simulation = simulation;
        this.node = node;
    }

    void look() {
        if (node.disk().isEmptied()) {
            return;
        }
        ReplicaState state = node.disk().state();
        if (!simulation.mistakes().keepsDataWhileNeeded()) {
            remove();
            return;
        }
        int life = node.life();
        CatchUp.ask(simulation, node, new LinkedHashSet<>(state.members()), answers -> {
            if (node.life() == life && node.hosts() && node.disk().state().equals(state)
                && haveAll(state, answers) >= 2) {
                remove();
            }
        });
    }

    private static long haveAll(ReplicaState mine, List<ProbeAnswer> answers) {
        return answers.stream().filter(answer -> answer.role() == Role.VOTER
            && answer.generation() >= mine.generation()).count();
    }

    private void remove() {
        simulation.note(node.member().node(), "removes the data of the repository that it retired from");
        node.disk().removeData();
        simulation.invariants().checkDurable(simulation.cluster().nodes());
    }
}
