package dev.trine.lab.sim;

import dev.trine.common.model.Member;
import dev.trine.common.model.NodeId;
import dev.trine.common.model.Role;
import dev.trine.router.moves.Goal;
import dev.trine.router.routing.Placement;
import dev.trine.server.replication.ReplicaState;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/** What operators want replaced, as the database remembers it, and what nodes do when a controller asks them. */
final class Moves {
    private static final int GOALS_MAX = 3;
    private static final int LAG_MAX = 3;
    private static final int MEND_MILLIS = 500;

    private final Simulation simulation;
    private final List<Goal> goals = new ArrayList<>();
    private final List<Controller> controllers = new ArrayList<>();

    Moves(Simulation simulation) {
        this.simulation = simulation;
        controllers.add(new Controller(simulation, this));
        controllers.add(new Controller(simulation, this));
    }

    void begin() {
        controllers.forEach(Controller::begin);
    }

    boolean isEmpty() {
        return goals.isEmpty();
    }

    /** An operator wants a node's place taken by that disk. */
    void want(NodeId leaving, Member joining) {
        boolean known = goals.stream().anyMatch(goal -> goal.leaving().equals(leaving)
            && goal.joining().equals(joining));
        if (goals.size() < GOALS_MAX && !known) {
            simulation.note("wanted:", joining, "in the place of", leaving);
            goals.add(new Goal(leaving, joining, LAG_MAX, false));
        }
    }

    /** An operator takes back what he wanted. */
    void cancelOne(SplittableRandom random) {
        if (!goals.isEmpty()) {
            int at = random.nextInt(goals.size());
            Goal goal = goals.get(at);
            goals.set(at, new Goal(goal.leaving(), goal.joining(), goal.lagMax(), true));
        }
    }

    /** What has become of a goal; empty: it is reached or given up. */
    Optional<Goal> current(Goal goal) {
        return goals.stream().filter(other -> isSame(goal, other)).findFirst();
    }

    Optional<Goal> any(SplittableRandom random) {
        return goals.isEmpty() ? Optional.empty() : Optional.of(goals.get(random.nextInt(goals.size())));
    }

    void done(Goal goal) {
        goals.removeIf(other -> isSame(goal, other));
    }

    /** Whether another controller works for another goal at this moment. */
    boolean isContested(Goal goal) {
        return controllers.stream().anyMatch(other -> other.goal().filter(its -> !isSame(its, goal)).isPresent());
    }

    /** What a node does that shall learn the repository. */
    void learn(SimulatedNode node, Placement from) {
        ReplicaState begin = ReplicaState.learner(from.generation(), from.members());
        if (node.disk().hasReplica() && node.disk().state().generation() < from.generation()) {
            simulation.faults().happened(Fault.PASSED_BY);
            node.tell(from.members());
        }
        if (!node.disk().hasReplica()) {
            node.create(begin);
            new CatchUp(simulation, node).begin();
        } else if (node.disk().isIn(Role.RETIRED) && node.disk().isEmptied()) {
            ReplicaState left = node.disk().state();
            node.disk().empty(Optional.empty());
            simulation.invariants().forget(node.member());
            node.create(left.generation() > begin.generation()
                ? ReplicaState.learner(left.generation(), left.members()) : begin);
        }
    }

    /** What a node does that shall learn it no more; not if it became a member meanwhile. */
    void unlearn(SimulatedNode node) {
        boolean named = simulation.cluster().members().contains(node.member());
        if (node.disk().isIn(Role.LEARNER) && !named) {
            ReplicaState left = node.disk().state();
            node.disk().empty(Optional.empty());
            node.create(new ReplicaState(Role.RETIRED, left.generation(), left.members(), left.promised(),
                left.committed(), left.baseChain(), left.committed()));
            node.disk().removeData();
        }
    }

    /**
     * Faults are over: operators see to it that each lost disk gets a successor, and wait for none that is gone. A row
     * of which every disk is gone leads nowhere, so they put it right, too.
     */
    void mend() {
        List<Member> members = simulation.cluster().members();
        goals.removeIf(goal -> !isThere(goal.joining()) && !members.contains(goal.joining()));
        for (Member member : members) {
            if (!isThere(member)) {
                goals.removeIf(goal -> goal.cancelled() || goal.joining().equals(member));
                want(member.node(), simulation.cluster().node(member).member());
            }
        }
        simulation.directory().read().filter(row -> row.members().stream().noneMatch(this::isThere))
            .ifPresent(gone -> Losses.newest(simulation.cluster().nodes()).ifPresent(newest ->
                simulation.directory().forward(new Placement(newest.generation(), newest.members()))));
        simulation.timeline().after(MEND_MILLIS, this::mend);
    }

    private boolean isThere(Member member) {
        return simulation.cluster().node(member).member().equals(member);
    }

    private static boolean isSame(Goal one, Goal other) {
        return one.leaving().equals(other.leaving()) && one.joining().equals(other.joining());
    }
}
