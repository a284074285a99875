package dev.trine.router.status;

import dev.trine.common.model.Member;
import dev.trine.common.model.NodeId;
import dev.trine.proto.RepairStorageReply;
import dev.trine.router.answer.Answer;
import dev.trine.router.answer.Refusal;
import dev.trine.router.metadata.Repository;
import dev.trine.router.nodes.NodeCalls;
import dev.trine.router.nodes.Nodes;
import dev.trine.router.nodes.Reply;
import io.grpc.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Has nodes verify and repair their replicas of a repository, one after the other. Any thread. */
public final class StorageRepairs {
    private static final Duration DEADLINE = Duration.ofMinutes(10);

    private final NodeCalls calls;
    private final Nodes nodes;

    public StorageRepairs(NodeCalls calls, Nodes nodes) {
        this.calls = calls;
        this.nodes = nodes;
    }

    /** What one node found and did. */
    public record Repaired(NodeId node, Reply<RepairStorageReply> reply) {
    }

    /**
     * Asks.
     *
     * @param only that node; empty: all that hold the repository
     */
    Answer<List<Repaired>> repair(Repository repository, Optional<NodeId> only) {
        List<Member> members = repository.placement().members().stream()
            .filter(member -> only.isEmpty() || member.node().equals(only.get())).toList();
        if (members.isEmpty()) {
            return Answer.refuse(Refusal.notFound("node " + only.orElseThrow() + " does not hold the repository"));
        }
        List<Repaired> repaired = new ArrayList<>();
        for (Member member : members) {
            repaired.add(new Repaired(member.node(), nodes.address(member.node())
                .map(address -> calls.repairStorage(new NodeCalls.Target(member, address, DEADLINE),
                    repository.id()))
                .orElse(new Reply.Failed<>(Status.Code.NOT_FOUND, "is no node of this cluster"))));
        }
        return Answer.of(repaired);
    }
}
