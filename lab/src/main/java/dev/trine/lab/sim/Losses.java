package dev.trine.lab.sim;

import dev.trine.common.model.Member;
import dev.trine.common.model.Role;
import dev.trine.server.replication.ReplicaState;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * What the protocol is promised to survive: one disk at a time. A second may be lost only when the first one's place
 * was taken and all members of the newest generation have its history, and of the next one, if a SEAL that may commit
 * names it.
 */
final class Losses {
    private boolean outstanding;

    /** A member's disk was lost. */
    void lost() {
        outstanding = true;
    }

    /** Takes note of what has healed. */
    void look(List<SimulatedNode> nodes) {
        outstanding &= !isIntact(nodes);
    }

    /** On how many disks must be what is acknowledged. */
    int copiesNeeded() {
        return outstanding ? 1 : 2;
    }

    /** Whether one disk may be lost now. */
    boolean isIntact(List<SimulatedNode> nodes) {
        Optional<ReplicaState> newest = newest(nodes);
        return newest.isPresent() && newest.get().members().stream().allMatch(member ->
            nodes.stream().anyMatch(node -> isWhole(node, member, newest.get().generation())))
            && nodes.stream().flatMap(node -> node.disk().openSeals().stream())
            .flatMap(seal -> seal.nextMembers().stream()).allMatch(member ->
                nodes.stream().anyMatch(node -> node.member().equals(member) && node.disk().hasReplica()));
    }

    /** The state of a node that knows the newest generation. */
    static Optional<ReplicaState> newest(List<SimulatedNode> nodes) {
        return nodes.stream().map(SimulatedNode::disk).filter(SimulatedDisk::hasReplica).map(SimulatedDisk::state)
            .filter(state -> state.role() != Role.LEARNER).max(Comparator.comparingLong(ReplicaState::generation));
    }

    private static boolean isWhole(SimulatedNode node, Member member, long generation) {
        return node.member().equals(member) && node.disk().hasReplica() && node.disk().damaged().isEmpty()
            && node.disk().state().generation() == generation
            && (node.disk().isIn(Role.VOTER) || node.disk().isIn(Role.WITHDRAWN));
    }
}
