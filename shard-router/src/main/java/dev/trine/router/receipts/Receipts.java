package dev.trine.router.receipts;

import dev.trine.common.model.Member;
import dev.trine.common.model.NodeId;
import dev.trine.common.model.Receipt;
import dev.trine.common.wire.Wire;
import dev.trine.proto.ReadReceiptsReply;
import dev.trine.proto.Role;
import dev.trine.router.answer.Answer;
import dev.trine.router.metadata.Access;
import dev.trine.router.metadata.Repository;
import dev.trine.router.nodes.NodeCalls;
import dev.trine.router.nodes.Nodes;
import dev.trine.router.nodes.Reply;
import dev.trine.router.receipts.Verification.Claim;
import dev.trine.router.receipts.Verification.Testimony;
import dev.trine.router.repositories.RepositoryService;
import io.grpc.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;

/** Receipts of a repository's changes, for who may read it; every question goes to all nodes at once. Any thread. */
public final class Receipts {
    private static final Duration DEADLINE = Duration.ofSeconds(3);

    private final RepositoryService repositories;
    private final NodeCalls calls;
    private final Nodes nodes;

    public Receipts(RepositoryService repositories, NodeCalls calls, Nodes nodes) {
        this.repositories = repositories;
        this.calls = calls;
        this.nodes = nodes;
    }

    /** A receipt and the nodes that keep it. */
    public record Kept(Receipt receipt, List<NodeId> nodes) {
    }

    /** Some receipts of a repository, newest first. */
    public record Page(Repository repository, List<Kept> receipts) {
    }

    /** A verification with the repository that it is about. */
    public record Verified(Repository repository, Verification verification) {
    }

    /**
     * Lists receipts.
     *
     * @param atMost versions up to this one; 0: from the newest
     */
    public Answer<Page> list(Access caller, String pathOrId, long atMost, int limit) throws InterruptedException {
        return switch (repositories.find(caller, pathOrId)) {
            case Answer.Given<Repository> given -> Answer.of(new Page(given.value(),
                merge(ask(given.value(), atMost, limit), limit)));
            case Answer.Refused<Repository> refused -> Answer.refuse(refused.why());
        };
    }

    /** Verifies one. */
    public Answer<Verified> verify(Access caller, String pathOrId, Claim claim) throws InterruptedException {
        return switch (repositories.find(caller, pathOrId)) {
            case Answer.Given<Repository> given -> Answer.of(new Verified(given.value(),
                Verification.of(claim, testimonies(given.value(), claim.version()))));
            case Answer.Refused<Repository> refused -> Answer.refuse(refused.why());
        };
    }

    private List<Testimony> testimonies(Repository repository, long version) throws InterruptedException {
        List<Testimony> testimonies = new ArrayList<>();
        ask(repository, version, 1).forEach((member, reply) -> testimonies.add(testimony(member, reply, version)));
        return testimonies;
    }

    private static Testimony testimony(Member member, Reply<ReadReceiptsReply> reply, long version) {
        return switch (reply) {
            case Reply.Failed<ReadReceiptsReply> failed -> new Testimony.Silent(member.node(), failed.text());
            case Reply.Done<ReadReceiptsReply> done -> testimony(member, done.value(), version);
        };
    }

    private static Testimony testimony(Member member, ReadReceiptsReply said, long version) {
        if (!said.getMember().equals(Wire.toProto(member))) {
            return new Testimony.NoReplica(member.node(), "another disk than the registered one answers");
        }
        if (said.getRole() != Role.VOTER) {
            return new Testimony.NoReplica(member.node(), "its role in the repository is " + said.getRole());
        }
        Optional<Receipt> receipt = receipts(said).stream().filter(each -> each.at().version() == version).findFirst();
        return new Testimony.Replica(member.node(), said.getCommitted().getVersion(), said.getReceiptsFrom(), receipt);
    }

    private static List<Kept> merge(Map<Member, Reply<ReadReceiptsReply>> replies, int limit) {
        List<Kept> kept = new ArrayList<>();
        replies.forEach((member, reply) -> reply.ifDone().ifPresent(said -> receipts(said)
            .forEach(receipt -> add(kept, receipt, member.node()))));
        return kept.stream().sorted(Comparator.comparingLong((Kept each) -> each.receipt().at().version()).reversed())
            .limit(limit).toList();
    }

    private static void add(List<Kept> kept, Receipt receipt, NodeId node) {
        for (int i = 0; i < kept.size(); i++) {
            Kept known = kept.get(i);
            if (known.receipt().agreesWith(receipt)) {
                List<NodeId> all = new ArrayList<>(known.nodes());
                all.add(node);
                kept.set(i, new Kept(together(known.receipt(), receipt), all));
                return;
            }
        }
        kept.add(new Kept(receipt, List.of(node)));
    }

    /** Of two that agree that of the node that applied the change first, with all whom either knew to hold it. */
    private static Receipt together(Receipt one, Receipt other) {
        Receipt first = one.time().isAfter(other.time()) ? other : one;
        return new Receipt(first.at(), first.push(), first.chain(), first.refs(), first.changes(), first.time(),
            one.user().isEmpty() ? other.user() : one.user(),
            Stream.concat(one.nodes().stream(), other.nodes().stream()).distinct()
                .sorted(Comparator.comparing(NodeId::value)).toList());
    }

    private static List<Receipt> receipts(ReadReceiptsReply reply) {
        return reply.getReceiptsList().stream().map(Wire::fromProto).toList();
    }

    private Map<Member, Reply<ReadReceiptsReply>> ask(Repository repository, long atMost, int limit)
        throws InterruptedException {
        Map<Member, Future<Reply<ReadReceiptsReply>>> asked = new LinkedHashMap<>();
        try (ExecutorService each = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Member member : repository.placement().members()) {
                asked.put(member, each.submit(() -> nodes.address(member.node())
                    .map(address -> calls.receipts(new NodeCalls.Target(member, address, DEADLINE), repository.id(),
                        atMost, limit))
                    .orElse(new Reply.Failed<>(Status.Code.NOT_FOUND, "is no node of this cluster"))));
            }
        }
        Map<Member, Reply<ReadReceiptsReply>> replies = new LinkedHashMap<>();
        for (Map.Entry<Member, Future<Reply<ReadReceiptsReply>>> one : asked.entrySet()) {
            try {
                replies.put(one.getKey(), one.getValue().get());
            } catch (ExecutionException e) {
                throw new IllegalStateException("receipts of " + repository.id(), e.getCause());
            }
        }
        return replies;
    }
}
