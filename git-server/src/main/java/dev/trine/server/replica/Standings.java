package dev.trine.server.replica;

import dev.trine.common.model.Member;
import dev.trine.common.model.NodeId;
import dev.trine.common.model.ProbeAnswer;
import dev.trine.common.model.RepoId;
import dev.trine.common.model.Role;
import dev.trine.common.wire.Wire;
import dev.trine.proto.CompareReply;
import dev.trine.proto.CompareRequest;
import dev.trine.proto.Standing;
import java.util.List;
import java.util.Optional;

/** Where this node is in its repositories, many at a time: 1,000 cost some milliseconds. Called by many threads. */
final class Standings {
    /** Greatest number in one comparison. */
    static final int COMPARED_MAX = 1_000;

    private final Member self;
    private final Deliveries deliveries;

    Standings(Member self, Deliveries deliveries) {
        this.self = self;
        this.deliveries = deliveries;
    }

    /** What to ask that node about some repositories: those of which it is a member besides this node. */
    CompareRequest request(List<RepoId> repositories, NodeId node) {
        CompareRequest.Builder request = CompareRequest.newBuilder().setSender(Wire.toProto(self));
        for (RepoId repo : repositories) {
            of(repo).filter(mine -> mine.role() == Role.VOTER
                    && mine.members().stream().anyMatch(member -> member.node().equals(node)))
                .ifPresent(mine -> request.addStandings(standing(repo, mine)));
        }
        return request.build();
    }

    /** Names those in which this node's standing is another than the asker's, or not settled. */
    CompareReply compare(CompareRequest request) {
        LogEntries.bounded(request.getStandingsCount(), COMPARED_MAX, "standings");
        CompareReply.Builder reply = CompareReply.newBuilder();
        for (Standing theirs : request.getStandingsList()) {
            RepoId repo = new RepoId(theirs.getRepoId());
            of(repo).map(mine -> standing(repo, mine))
                .filter(mine -> !mine.equals(theirs) || !mine.getLast().equals(mine.getCommitted()))
                .ifPresent(reply::addDiffering);
        }
        return reply.build();
    }

    /** Empty: the replica is frozen, or the node is stopping. */
    private Optional<ProbeAnswer> of(RepoId repo) {
        try {
            return Optional.of(deliveries.probe(repo));
        } catch (ReplicaStoppedException e) {
            return Optional.empty();
        }
    }

    private static Standing standing(RepoId repo, ProbeAnswer at) {
        return Standing.newBuilder().setRepoId(repo.value()).setRole(Wire.toProto(at.role()))
            .setGeneration(at.generation()).setLast(Wire.toProto(at.last())).setCommitted(Wire.toProto(at.committed()))
            .build();
    }
}
