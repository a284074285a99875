package dev.trine.router.status;

import dev.trine.common.model.Epoch;
import dev.trine.common.model.Member;
import dev.trine.common.model.NodeId;
import dev.trine.common.wire.Wire;
import dev.trine.proto.ReplicaDescription;
import dev.trine.proto.Role;
import dev.trine.router.metadata.Metadata;
import dev.trine.router.metadata.MetadataAwayException;
import dev.trine.router.metadata.Node;
import dev.trine.router.metadata.Repository;
import dev.trine.router.nodes.NodeCalls;
import dev.trine.router.nodes.Nodes;
import dev.trine.router.nodes.Reply;
import io.grpc.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Asks all members of a repository at once to describe their replicas, and compares them. Any thread. */
public final class Inspection {
    private static final Duration DEADLINE = Duration.ofSeconds(3);

    private final Metadata metadata;
    private final NodeCalls calls;
    private final Nodes nodes;

    public Inspection(Metadata metadata, NodeCalls calls, Nodes nodes) {
        this.metadata = metadata;
        this.calls = calls;
        this.nodes = nodes;
    }

    /** Describes the repository; a node that hangs costs no more than its own answer. */
    public RepositoryView describe(Repository repository) throws InterruptedException {
        List<Member> members = repository.placement().members();
        List<Reply<ReplicaDescription>> replies = ask(repository);
        Set<NodeId> unconfirmed = unconfirmed(repository);
        long newest = replies.stream().flatMap(reply -> reply.ifDone().stream())
            .mapToLong(description -> description.getCommitted().getVersion()).max().orElse(0);
        List<ReplicaView> views = new ArrayList<>();
        for (int slot = 0; slot < members.size(); slot++) {
            views.add(view(members.get(slot), replies.get(slot), newest,
                unconfirmed.contains(members.get(slot).node())));
        }
        return new RepositoryView(repository, lockHolder(replies), views);
    }

    private Set<NodeId> unconfirmed(Repository repository) {
        try {
            return metadata.repositories().unconfirmed(repository.id());
        } catch (MetadataAwayException away) {
            return Set.of();
        }
    }

    private List<Reply<ReplicaDescription>> ask(Repository repository) throws InterruptedException {
        List<Future<Reply<ReplicaDescription>>> asked = new ArrayList<>();
        try (ExecutorService each = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Member member : repository.placement().members()) {
                asked.add(each.submit(() -> nodes.address(member.node())
                    .map(address -> calls.describe(new NodeCalls.Target(member, address, DEADLINE), repository.id()))
                    .orElse(new Reply.Failed<>(Status.Code.NOT_FOUND, "is no node of this cluster"))));
            }
        }
        List<Reply<ReplicaDescription>> replies = new ArrayList<>();
        for (Future<Reply<ReplicaDescription>> one : asked) {
            try {
                replies.add(one.get());
            } catch (ExecutionException e) {
                throw new IllegalStateException("describing a replica of " + repository.id(), e.getCause());
            }
        }
        return replies;
    }

    private ReplicaView view(Member member, Reply<ReplicaDescription> reply, long newest, boolean unconfirmed) {
        String zone = nodes.node(member.node()).map(Node::zone).orElse("");
        if (reply.ifDone().isEmpty()) {
            return new ReplicaView(member.node(), zone, ReplicaState.UNREACHABLE, 0, Optional.empty(),
                reply.problem());
        }
        ReplicaDescription description = reply.ifDone().get();
        if (!description.getMember().equals(Wire.toProto(member))) {
            return new ReplicaView(member.node(), zone, ReplicaState.WIPED, newest, Optional.of(description),
                member.node() + " answers with another disk than the one that had this replica: it is lost, and comes"
                    + " back by 'trine node replace " + member.node() + " " + member.node() + "'");
        }
        if (description.getRole() == Role.UNKNOWN) {
            return new ReplicaView(member.node(), zone, ReplicaState.UNKNOWN, newest, Optional.of(description),
                unconfirmed ? "its replica is still to be made" : "its replica is lost");
        }
        long lag = newest - description.getCommitted().getVersion();
        if (!description.getFoundDigest().equals(description.getDigest())) {
            return new ReplicaView(member.node(), zone, ReplicaState.CORRUPT, lag, Optional.of(description),
                "its refs on disk are not those that were written");
        }
        return new ReplicaView(member.node(), zone, state(description, lag), lag, Optional.of(description),
            description.hasPin() ? description.getPin().getDetail() + "; " + description.getPin().getDoing() : "");
    }

    private static ReplicaState state(ReplicaDescription description, long lag) {
        return switch (description.getRole()) {
            case VOTER, LEARNER -> lag > 0 ? ReplicaState.BEHIND
                : description.getLast().getVersion() > description.getCommitted().getVersion()
                ? ReplicaState.UNDECIDED : ReplicaState.OK;
            case WITHDRAWN -> ReplicaState.WITHDRAWN;
            case RETIRED -> ReplicaState.RETIRED;
            case DELETED -> ReplicaState.DELETED;
            case UNKNOWN, ROLE_UNSPECIFIED, UNRECOGNIZED -> ReplicaState.UNKNOWN;
        };
    }

    /** Who has a lease at a node that promised the highest epoch. */
    private static String lockHolder(List<Reply<ReplicaDescription>> replies) {
        return replies.stream().flatMap(reply -> reply.ifDone().stream()).filter(ReplicaDescription::hasLeaseHolder)
            .max(Comparator.comparing(Inspection::promised))
            .map(description -> description.getLeaseHolder().getNode()).orElse("");
    }

    private static Epoch promised(ReplicaDescription description) {
        return Wire.fromProto(description.getPromised());
    }
}
