package dev.trine.router.nodes;

import dev.trine.common.live.LiveValues;
import dev.trine.common.model.Incarnation;
import dev.trine.common.model.Member;
import dev.trine.common.model.NodeId;
import dev.trine.common.model.RepoId;
import dev.trine.common.rpc.RpcChannels;
import dev.trine.common.wire.Wire;
import dev.trine.proto.CreateReplicaReply;
import dev.trine.proto.CreateReplicaRequest;
import dev.trine.proto.DescribeReplicaRequest;
import dev.trine.proto.IntroduceReply;
import dev.trine.proto.IntroduceRequest;
import dev.trine.proto.LearnReply;
import dev.trine.proto.LearnRequest;
import dev.trine.proto.NodeAddress;
import dev.trine.proto.NodeControlGrpc;
import dev.trine.proto.NodeStatusReply;
import dev.trine.proto.NodeStatusRequest;
import dev.trine.proto.ReadReceiptsReply;
import dev.trine.proto.ReadReceiptsRequest;
import dev.trine.proto.RefsGrpc;
import dev.trine.proto.RefsUpdate;
import dev.trine.proto.RepairReply;
import dev.trine.proto.RepairRequest;
import dev.trine.proto.RepairStorageReply;
import dev.trine.proto.RepairStorageRequest;
import dev.trine.proto.ReplicaDescription;
import dev.trine.proto.SealReply;
import dev.trine.proto.SealRequest;
import dev.trine.proto.TuneReply;
import dev.trine.proto.TuneRequest;
import dev.trine.proto.UnlearnReply;
import dev.trine.proto.UnlearnRequest;
import dev.trine.proto.UpdateRefsRequest;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;

/** Calls to git servers, each with a deadline; every outcome also tells the failure detector. Any thread. */
public final class NodeCalls {
    private final RpcChannels channels;
    private final FailureDetector detector;

    public NodeCalls(RpcChannels channels, FailureDetector detector) {
        this.channels = channels;
        this.detector = detector;
    }

    RpcChannels channels() {
        return channels;
    }

    FailureDetector detector() {
        return detector;
    }

    /** Asks who the node is. */
    Reply<NodeStatusReply> status(NodeId node, String address, Duration deadline) {
        return call(node, address, deadline, control -> control.status(NodeStatusRequest.getDefaultInstance()));
    }

    /** Tells the node where all nodes are. */
    Reply<IntroduceReply> introduce(NodeId node, String address, Map<NodeId, String> all, Duration deadline) {
        IntroduceRequest.Builder request = IntroduceRequest.newBuilder().setTarget(node.value());
        all.forEach((name, where) ->
            request.addNodes(NodeAddress.newBuilder().setNode(name.value()).setAddress(where)));
        return call(node, address, deadline, control -> control.introduce(request.build()));
    }

    /** Tells the node what is set live. */
    Reply<TuneReply> tune(NodeId node, String address, LiveValues values, Duration deadline) {
        TuneRequest request = TuneRequest.newBuilder().setTarget(node.value()).setValues(values.toProto()).build();
        return call(node, address, deadline, control -> control.tune(request));
    }

    /** Creates the target's empty replica of a repository whose generation 1 has these members. */
    public Reply<CreateReplicaReply> createReplica(Target target, RepoId repo, List<Member> members,
                                                   String defaultBranch) {
        CreateReplicaRequest request = CreateReplicaRequest.newBuilder().setRepoId(repo.value())
            .addAllMembers(members.stream().map(Wire::toProto).toList()).setTarget(Wire.toProto(target.member()))
            .setDefaultBranch(defaultBranch).build();
        return call(target, control -> control.createReplica(request));
    }

    /** Asks the node to describe its replica. */
    public Reply<ReplicaDescription> describe(Target target, RepoId repo) {
        DescribeReplicaRequest request = DescribeReplicaRequest.newBuilder().setRepoId(repo.value()).build();
        return call(target, control -> control.describeReplica(request));
    }

    /** Asks the node for receipts that it keeps, newest first; versions up to {@code atMost}, 0: all. */
    public Reply<ReadReceiptsReply> receipts(Target target, RepoId repo, long atMost, int limit) {
        ReadReceiptsRequest request = ReadReceiptsRequest.newBuilder().setRepoId(repo.value()).setAtMost(atMost)
            .setLimit(limit).build();
        return call(target, control -> control.readReceipts(request));
    }

    /** Asks the node to lock the repository and commit what its logs hold. */
    public Reply<RepairReply> repair(Target target, RepoId repo, long generation) {
        RepairRequest request = RepairRequest.newBuilder().setRepoId(repo.value()).setGeneration(generation).build();
        return call(target, control -> control.repair(request));
    }

    /** Asks the node to end that generation in favour of the next members. */
    public Reply<SealReply> seal(Target target, RepoId repo, long generation, List<Member> next) {
        SealRequest request = SealRequest.newBuilder().setRepoId(repo.value()).setGeneration(generation)
            .addAllNextMembers(next.stream().map(Wire::toProto).toList()).build();
        return call(target, control -> control.seal(request));
    }

    /** Has the target copy a repository from the members of the generation in force. */
    public Reply<LearnReply> learn(Target target, RepoId repo, long generation, List<Member> members) {
        LearnRequest request = LearnRequest.newBuilder().setRepoId(repo.value()).setGeneration(generation)
            .addAllMembers(members.stream().map(Wire::toProto).toList()).setTarget(Wire.toProto(target.member()))
            .build();
        return call(target, control -> control.learn(request));
    }

    /** Has the target drop what it copied. */
    public Reply<UnlearnReply> unlearn(Target target, RepoId repo) {
        UnlearnRequest request = UnlearnRequest.newBuilder().setRepoId(repo.value())
            .setTarget(Wire.toProto(target.member())).build();
        return call(target, control -> control.unlearn(request));
    }

    /** Asks the node to verify its replica to the last byte, and to repair what is damaged. */
    public Reply<RepairStorageReply> repairStorage(Target target, RepoId repo) {
        RepairStorageRequest request = RepairStorageRequest.newBuilder().setRepoId(repo.value()).build();
        return call(target, control -> control.repairStorage(request));
    }

    /** Asks the node to end the repository: seals that generation without a next one. */
    public Reply<SealReply> sealForEver(Target target, RepoId repo, long generation) {
        SealRequest request = SealRequest.newBuilder().setRepoId(repo.value()).setGeneration(generation).build();
        return call(target, control -> control.seal(request));
    }

    /** Has the node change refs without a pack; a call that fails may have been carried out all the same. */
    public Reply<RefsUpdate> updateRefs(Target target, UpdateRefsRequest request) {
        return call(target.member().node(), () -> RefsGrpc.newBlockingStub(channels.to(target.address()))
            .withDeadlineAfter(target.deadline().toNanos(), TimeUnit.NANOSECONDS).updateRefs(request));
    }

    private <T> Reply<T> call(Target target, Function<NodeControlGrpc.NodeControlBlockingStub, T> request) {
        return call(target.member().node(), target.address(), target.deadline(), request);
    }

    private <T> Reply<T> call(NodeId node, String address, Duration deadline,
                              Function<NodeControlGrpc.NodeControlBlockingStub, T> request) {
        return call(node, () -> request.apply(NodeControlGrpc.newBlockingStub(channels.to(address))
            .withDeadlineAfter(deadline.toNanos(), TimeUnit.NANOSECONDS)));
    }

    private <T> Reply<T> call(NodeId node, Supplier<T> request) {
        try {
            T value = request.get();
            detector.succeeded(node);
            return new Reply.Done<>(value);
        } catch (StatusRuntimeException e) {
            Reply.Failed<T> failed = failed(e.getStatus());
            if (failed.isNodesFault()) {
                detector.failed(node, failed.text());
            } else {
                detector.succeeded(node);
            }
            return failed;
        }
    }

    /** The status in words for people. */
    static <T> Reply.Failed<T> failed(Status status) {
        String text = status.getCode() == Status.Code.DEADLINE_EXCEEDED ? "no answer in time"
            : status.getDescription() == null ? status.getCode().name().toLowerCase(Locale.ROOT)
            : status.getDescription();
        if (status.getCode() == Status.Code.UNAVAILABLE && status.getCause() != null) {
            text = "not reachable";
        }
        return new Reply.Failed<>(status.getCode(), text);
    }

    /**
     * Whom to call, and for how long at most.
     *
     * @param member   the disk that is meant
     * @param address  "host:port" of its node
     * @param deadline for the answer
     */
    public record Target(Member member, String address, Duration deadline) {
    }

    /** The member that a status names; malformed: IllegalArgumentException. */
    public static Member memberOf(NodeStatusReply status) {
        return new Member(new NodeId(status.getMember().getNode()),
            new Incarnation(status.getMember().getIncarnation()));
    }
}
