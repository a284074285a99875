package dev.trine.lab.sim;

import dev.trine.common.model.Member;
import dev.trine.common.model.PushId;
import dev.trine.server.replication.Message;
import dev.trine.server.replication.RecordedOutcome;
import dev.trine.server.replication.ReplicaState;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;

/** What comes over a run from outside: at random times, of the kinds that its conditions allow. */
final class FaultPlan {
    private final Simulation simulation;
    private final Timeline timeline;
    private final Cluster cluster;
    private final SplittableRandom random;
    private final Map<SimulatedNode, SimulatedDisk> copies = new HashMap<>();

    FaultPlan(Simulation simulation) {
        this.simulation = simulation;
        this.timeline = simulation.timeline();
        this.cluster = simulation.cluster();
        this.random = timeline.random().split();
    }

    /** What may come. */
    enum Kind {
        KILL, CUT, CUT_ONE_WAY, JUMP, PAUSE, FALSE_ALARM, GARBAGE, FULL, READ_ERROR, WIPE, RESTORE, REPLACE, DIRECTORY,
        ROUTER
    }

    void begin() {
        boolean hasty = simulation.conditions().hasty();
        timeline.after(hasty ? 10 + random.nextLong(150) : 50 + random.nextLong(500), this::next);
    }

    private void next() {
        if (!timeline.isFaulty()) {
            return;
        }
        Kind kind = Kind.values()[random.nextInt(Kind.values().length)];
        if ((simulation.conditions().kinds() >> kind.ordinal() & 1) == 1) {
            List<SimulatedNode> nodes = cluster.nodes();
            happen(kind, nodes.get(random.nextInt(nodes.size())));
        }
        begin();
    }

    private void happen(Kind kind, SimulatedNode node) {
        switch (kind) {
            case KILL -> kill(node);
            case CUT -> cut(node, true);
            case CUT_ONE_WAY -> cut(node, false);
            case JUMP -> {
                simulation.faults().happened(Fault.CLOCK_JUMPED);
                node.jumpClock(random.nextLong(20_000));
            }
            case PAUSE -> pause(node);
            case FALSE_ALARM -> falseAlarm(node);
            case GARBAGE -> {
                boolean collects = node.hosts() && !node.isPaused(timeline.now()) && !node.disk().isEmptied();
                if (collects && node.disk().collectGarbage() > 0) {
                    simulation.faults().happened(Fault.GARBAGE_COLLECTED);
                }
            }
            case FULL -> {
                node.disk().full(true);
                SimulatedDisk full = node.disk();
                timeline.after(random.nextLong(2_000), () -> full.full(false));
            }
            case READ_ERROR -> damage(node);
            case WIPE -> lose(node, Fault.DISK_WIPED);
            case RESTORE -> lose(node, Fault.DISK_RESTORED);
            case REPLACE -> replace(node);
            case DIRECTORY -> directory();
            case ROUTER -> {
                SimulatedRouter router = simulation.router(random.nextInt(2));
                router.restart(router.placement());
            }
        }
    }

    private void kill(SimulatedNode node) {
        if (node.isUp()) {
            simulation.faults().happened(Fault.NODE_KILLED);
            cluster.crash(node);
        }
    }

    private void cut(SimulatedNode node, boolean both) {
        for (int place = 0; place <= Network.CONTROLLERS; place++) {
            if (random.nextInt(3) > 0 && place != node.place()) {
                boolean outward = both || random.nextBoolean();
                if (outward) {
                    simulation.network().cut(node.place(), place);
                }
                if (both || !outward) {
                    simulation.network().cut(place, node.place());
                }
            }
        }
        simulation.note(both ? "cuts off" : "cuts off one way", node.member().node());
        timeline.after(random.nextLong(simulation.conditions().hasty() ? 1_000 : 4_000),
            simulation.network()::joinAll);
    }

    /** Often longer than a lease: whoever wakes up believes that it still has it. */
    private void pause(SimulatedNode node) {
        long lease = simulation.conditions().timeouts().leaseMillis();
        long until = timeline.now() + lease / 2 + random.nextLong(lease);
        if (until < timeline.faultsEnd()) {
            simulation.note(node.member().node(), "stands still until", until);
            node.pause(until);
        }
    }

    private void falseAlarm(SimulatedNode node) {
        List<SimulatedNode> nodes = cluster.nodes();
        SimulatedNode other = nodes.get(random.nextInt(nodes.size()));
        if (node.hosts() && other.isUp()) {
            simulation.faults().happened(Fault.FALSE_ALARM);
            cluster.deliver(node, new Message.Unreachable(other.member()));
        }
    }

    /** Like a lost disk, an object that cannot be read must be found elsewhere: one such trouble at a time. */
    private void damage(SimulatedNode node) {
        List<PushId> needed = node.disk().outcomes().stream().filter(RecordedOutcome::committed)
            .map(RecordedOutcome::push).filter(node.disk().objects()::contains).toList();
        if (!node.hosts() || node.isPaused(timeline.now()) || needed.isEmpty()
            || !simulation.losses().isIntact(cluster.nodes())) {
            return;
        }
        PushId push = needed.get(random.nextInt(needed.size()));
        boolean elsewhere = cluster.nodes().stream().filter(other -> other != node && other.disk().hasReplica())
            .anyMatch(other -> other.disk().objects().contains(push));
        if (elsewhere) {
            simulation.faults().happened(Fault.READ_ERROR);
            simulation.note(node.member().node(), "cannot read the objects of", push);
            node.disk().damaged().add(push);
            new StorageRepair(simulation, node).begin();
        }
    }

    /** The disk is gone; what comes back is empty, or as old as the last copy. */
    private void lose(SimulatedNode node, Fault how) {
        if (how == Fault.DISK_RESTORED && !copies.containsKey(node)) {
            if (node.disk().hasReplica()) {
                copies.put(node, node.disk().copy());
            }
            return;
        }
        if (!simulation.losses().isIntact(cluster.nodes()) || random.nextInt(2) == 0) {
            return;
        }
        Member lost = node.member();
        SimulatedDisk then = how == Fault.DISK_RESTORED ? copies.remove(node)
            : new SimulatedDisk(Optional.of(ReplicaState.created(cluster.members())),
                simulation.mistakes());
        simulation.faults().happened(how);
        simulation.note(lost.node(), how == Fault.DISK_WIPED ? "loses its disk" : "gets an old copy of its disk");
        simulation.losses().lost();
        cluster.kill(node);
        simulation.invariants().forget(lost);
        node.replaceDisk(then);
        copies.remove(node);
        timeline.after(random.nextLong(2_000), () -> cluster.restart(node));
        if (random.nextInt(4) > 0) {
            simulation.moves().want(lost.node(), node.member());
        }
    }

    private void replace(SimulatedNode joining) {
        List<Member> members = cluster.members();
        if (random.nextInt(5) == 0) {
            simulation.moves().cancelOne(random);
        } else if (members.stream().noneMatch(member -> member.node().equals(joining.member().node()))) {
            simulation.moves().want(members.get(random.nextInt(members.size())).node(), joining.member());
        }
    }

    private void directory() {
        Directory directory = simulation.directory();
        switch (random.nextInt(3)) {
            case 0 -> directory.goAway();
            case 1 -> directory.becomeStale();
            default -> directory.restore();
        }
        timeline.after(random.nextLong(3_000), directory::comeBack);
    }
}
