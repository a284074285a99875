package dev.trine.lab.sim;

import dev.trine.common.model.Member;
import dev.trine.common.model.Role;
import dev.trine.server.replication.Message;
import dev.trine.server.replication.ReplicaState;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Crashes nodes, cuts links, lets clocks jump, collects garbage, replaces members. */
final class SimulatedFaults {
    private final Simulation simulation;
    private final SplittableRandom random;
    private final boolean replaces;
    private final int kinds;

    SimulatedFaults(Simulation simulation) {
        this.simulation = simulation;
        this.random = simulation.random().split();
        this.replaces = random.nextInt(3) == 0;
        this.kinds = 1 + random.nextInt(6);
    }

    void begin() {
        simulation.after(simulation.isHasty() ? 20 + random.nextLong(250) : 100 + random.nextLong(900), this::next);
    }

    private void next() {
        if (!simulation.isFaulty()) {
            return;
        }
        List<SimulatedNode> nodes = List.copyOf(simulation.nodes());
        SimulatedNode node = nodes.get(random.nextInt(nodes.size()));
        switch (random.nextInt(kinds)) {
            case 0 -> node.collectGarbage();
            case 1 -> {
                if (node.isUp()) {
                    simulation.crash(node);
                }
            }
            case 2 -> cut(node);
            case 3 -> node.jumpClock(random.nextLong(20_000));
            case 4 -> {
                if (node.isUp()) {
                    simulation.deliver(node, new Message.Unreachable(
                        nodes.get(random.nextInt(nodes.size())).member()));
                }
            }
            default -> replace();
        }
        if (simulation.mutation() == Mutation.WIPED_VOTES && random.nextInt(4) == 0) {
            wipe(node);
        }
        begin();
    }

    private void cut(SimulatedNode node) {
        for (SimulatedNode other : simulation.nodes()) {
            if (random.nextInt(3) > 0 && other != node) {
                simulation.cut(node.member(), other.member());
            }
        }
        simulation.note("cuts off", node.member().node());
        simulation.after(random.nextLong(simulation.isHasty() ? 1_000 : 4_000), simulation::joinAll);
    }

    /** One member makes room for the spare node, or comes back. */
    private void replace() {
        if (!replaces) {
            return;
        }
        List<Member> members = new ArrayList<>(simulation.members());
        Member spare = simulation.nodes().stream().map(SimulatedNode::member)
            .filter(member -> !members.contains(member)).findFirst().orElseThrow();
        long generation = simulation.nodes().stream().mapToLong(n -> n.disk().state().generation()).max().orElseThrow();
        SimulatedNode at = simulation.node(members.get(random.nextInt(members.size())));
        members.set(random.nextInt(members.size()), spare);
        simulation.note("asks", at.member().node(), "to seal", generation, "for", members);
        simulation.ask(at, ticket -> new Message.Seal(ticket, generation, members), (answer, node) -> { }, () -> { });
    }

    private void wipe(SimulatedNode node) {
        if (node.disk().state().role() == Role.VOTER && node.isUp()) {
            simulation.note("wipes", node.member().node());
            node.disk().wipe(ReplicaState.created(node.disk().state().members()));
            simulation.crash(node);
        }
    }
}
