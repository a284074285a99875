package dev.trine.server.replication;

import dev.trine.common.model.Member;
import dev.trine.common.model.ProbeAnswer;
import dev.trine.common.model.RepoId;
import java.util.Optional;

/** A transcript's node: the production class around a simulated disk. */
final class SimulatedNode {
    private static final RepoId REPO = new RepoId("00".repeat(16));

    private final Member member;
    private final SimulatedDisk disk;
    private final Timeouts timeouts;
    private Optional<RefLogReplica> replica = Optional.empty();
    private long starts;

    SimulatedNode(Member member, ReplicaState state, Timeouts timeouts) {
        this.member = member;
        this.timeouts = timeouts;
        this.disk = new SimulatedDisk(state);
    }

    Member member() {
        return member;
    }

    SimulatedDisk disk() {
        return disk;
    }

    boolean isUp() {
        return replica.isPresent();
    }

    void start() {
        starts++;
        StagedPushes staged = (push, packs) -> disk.objects().contains(push);
        replica = Optional.of(new RefLogReplica(REPO, member, disk.stored(), () -> disk, staged, timeouts, starts));
    }

    void crash() {
        replica = Optional.empty();
    }

    ProbeAnswer probe(long now) {
        return replica().probe(now);
    }

    RefLogReplica replica() {
        return replica.orElseThrow();
    }
}
