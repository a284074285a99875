package dev.trine.lab.sim;

import dev.trine.common.model.PushId;
import dev.trine.server.replication.Message;
import dev.trine.server.replication.Withdrawal;
import java.util.List;
import java.util.Set;

/** What a node does about objects that it cannot read: withdraws, gets them from a peer, takes part again. */
final class StorageRepair {
    private static final int AGAIN_MILLIS = 400;

    private final Simulation simulation;
    private final SimulatedNode node;
    private final int life;

    StorageRepair(Simulation simulation, SimulatedNode node) {
        this.simulation = simulation;
        this.node = node;
        this.life = node.life();
    }

    /** The node has noticed: before anything else happens it takes no part any more. */
    void begin() {
        if (!node.disk().damaged().isEmpty()) {
            simulation.cluster().deliver(node, new Message.Withdraw(
                new Withdrawal(Withdrawal.Cause.READ_ERROR, "pack of " + node.disk().damaged(), 0)));
        }
        later();
    }

    private void later() {
        simulation.timeline().after(1 + simulation.random().nextLong(AGAIN_MILLIS), this::repair);
    }

    private void repair() {
        if (node.life() != life || !node.hosts()) {
            return;
        }
        if (node.disk().damaged().isEmpty()) {
            simulation.cluster().deliver(node, new Message.Restore());
            if (node.life() == life && node.disk().isWithdrawn()) {
                later();
            } else if (node.life() == life) {
                new CatchUp(simulation, node).begin();
            }
            return;
        }
        PushId push = node.disk().damaged().iterator().next();
        List<SimulatedNode> healthy = simulation.cluster().nodes().stream().filter(other -> other.isUp()
            && other.disk().objects().contains(push) && !other.disk().damaged().contains(push)).toList();
        if (healthy.isEmpty() || node.disk().isFull()) {
            later();
            return;
        }
        SimulatedNode from = healthy.get(simulation.random().nextInt(healthy.size()));
        simulation.cluster().transfer(from, node, Set.of(push), done -> later());
    }
}
