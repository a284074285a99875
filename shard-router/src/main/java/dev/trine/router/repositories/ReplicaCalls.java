package dev.trine.router.repositories;

import dev.trine.common.model.Member;
import dev.trine.common.model.RepoId;
import dev.trine.proto.CreateReplicaReply;
import dev.trine.proto.ReplicaDescription;
import dev.trine.proto.SealReply;
import dev.trine.router.metadata.Repository;
import dev.trine.router.nodes.NodeCalls;
import dev.trine.router.nodes.NodeCalls.Target;
import dev.trine.router.nodes.Nodes;
import dev.trine.router.nodes.Reply;
import io.grpc.Status;
import java.time.Duration;

/** Calls about one member's replica, to wherever its node is registered. */
final class ReplicaCalls {
    private static final Duration DEADLINE = Duration.ofSeconds(3);

    private final NodeCalls calls;
    private final Nodes nodes;

    ReplicaCalls(NodeCalls calls, Nodes nodes) {
        this.calls = calls;
        this.nodes = nodes;
    }

    private Target target(Member member) {
        return new Target(member, nodes.address(member.node()).orElseThrow(), DEADLINE);
    }

    private boolean isKnown(Member member) {
        return nodes.address(member.node()).isPresent();
    }

    private static <T> Reply<T> unknown(Member member) {
        return new Reply.Failed<>(Status.Code.NOT_FOUND, member.node() + " is no node of this cluster");
    }

    Reply<CreateReplicaReply> create(Member member, Repository repository) {
        return isKnown(member) ? calls.createReplica(target(member), repository.id(),
            repository.placement().members(), repository.defaultBranch()) : unknown(member);
    }

    Reply<ReplicaDescription> describe(Member member, RepoId repo) {
        return isKnown(member) ? calls.describe(target(member), repo) : unknown(member);
    }

    Reply<SealReply> sealForEver(Member member, Repository repository) {
        return isKnown(member) ? calls.sealForEver(target(member), repository.id(),
            repository.placement().generation()) : unknown(member);
    }
}
