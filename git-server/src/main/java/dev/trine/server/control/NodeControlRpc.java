package dev.trine.server.control;

import dev.trine.common.model.Member;
import dev.trine.common.model.RefName;
import dev.trine.common.model.RepoId;
import dev.trine.common.wire.Wire;
import dev.trine.proto.CreateReplicaReply;
import dev.trine.proto.CreateReplicaRequest;
import dev.trine.proto.DescribeReplicaRequest;
import dev.trine.proto.IntroduceReply;
import dev.trine.proto.IntroduceRequest;
import dev.trine.proto.LearnReply;
import dev.trine.proto.LearnRequest;
import dev.trine.proto.NodeControlGrpc;
import dev.trine.proto.NodeStatusReply;
import dev.trine.proto.NodeStatusRequest;
import dev.trine.proto.PackCacheStatus;
import dev.trine.proto.ReadReceiptsReply;
import dev.trine.proto.ReadReceiptsRequest;
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
import dev.trine.server.hosting.PackCacheCounts;
import dev.trine.server.replica.Replicas;
import dev.trine.server.store.DataDirectory;
import dev.trine.server.store.WriteCounts;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.util.List;
import java.util.function.Supplier;

/** The NodeControl service. Each call runs on a thread of its own. */
public final class NodeControlRpc extends NodeControlGrpc.NodeControlImplBase {
    private static final int MEMBERS = 3;
    private static final int RECEIPTS_MAX = 1_000;

    private final DataDirectory disk;
    private final Replicas replicas;
    private final Neighbours neighbours;
    private final LockRequests locks;
    private final Descriptions descriptions;
    private final Learning learning;
    private final ActiveCalls active;
    private final Supplier<PackCacheCounts> packCache;
    private final Tuning tuning;
    private final About about;

    /**
     * What a node says about itself that no part of it knows.
     *
     * @param zone    failure zone that it stands in
     * @param release version of the software
     */
    public record About(String zone, String release) {
    }

    public NodeControlRpc(DataDirectory disk, Replicas replicas, Neighbours neighbours, LockRequests locks,
                          Descriptions descriptions, Learning learning, ActiveCalls active,
                          Supplier<PackCacheCounts> packCache, Tuning tuning, About about) {
        this.disk = disk;
        this.replicas = replicas;
        this.neighbours = neighbours;
        this.locks = locks;
        this.descriptions = descriptions;
        this.learning = learning;
        this.active = active;
        this.packCache = packCache;
        this.tuning = tuning;
        this.about = about;
    }

    @Override
    public void status(NodeStatusRequest request, StreamObserver<NodeStatusReply> reply) {
        WriteCounts writes = disk.replicas().writeCounts();
        NodeStatusReply.Builder status = NodeStatusReply.newBuilder()
            .setMember(Wire.toProto(disk.member())).setZone(about.zone())
            .setRepositories(disk.replicas().count()).setFreeBytes(freeBytes())

            .setCatchUp(Learning.counts(replicas.caughtUp()))
            .setSoftwareVersion(about.release()).setActiveRequests(active.now())
            .setIntroduced(neighbours.introduced())
            .setSyncedWrites(writes.synced()).setLogAppends(writes.appends()).setLogEntries(writes.entries())
            .setLogSyncs(writes.fsyncs()).setPackCache(toProto(packCache.get()))
            .setLive(tuning.toProto());
        Pins.tell(replicas.health(), status);
        complete(reply, status.build());
    }

    private static PackCacheStatus toProto(PackCacheCounts counts) {
        return PackCacheStatus.newBuilder().setHits(counts.hits()).setJoins(counts.joins())
            .setMisses(counts.misses()).setAlone(counts.alone()).setPacks(counts.packs())
            .setBytes(counts.bytes()).build();
    }

    @Override
    public void createReplica(CreateReplicaRequest request, StreamObserver<CreateReplicaReply> reply) {
        List<Member> members = Wire.fromProto(request.getMembersList());
        RepoId repo = new RepoId(request.getRepoId());
        RefName branch = branch(request.getDefaultBranch());
        checkTarget(request.getTarget());
        switch (replicas.create(repo, members, branch)) {
            case CREATED -> { }
            case EXISTS -> throw Status.ALREADY_EXISTS.withDescription("this node has or had " + repo
                + " with other members or in a later generation").asRuntimeException();
        }
        complete(reply, CreateReplicaReply.getDefaultInstance());
    }

    @Override
    public void describeReplica(DescribeReplicaRequest request, StreamObserver<ReplicaDescription> reply) {
        complete(reply, descriptions.describe(new RepoId(request.getRepoId())));
    }

    @Override
    public void readReceipts(ReadReceiptsRequest request, StreamObserver<ReadReceiptsReply> reply) {
        if (request.getLimit() < 1 || request.getLimit() > RECEIPTS_MAX) {
            throw new IllegalArgumentException("limit: 1 to " + RECEIPTS_MAX + " receipts are read at once");
        }
        long atMost = request.getAtMost() == 0 ? Long.MAX_VALUE : request.getAtMost();
        complete(reply, descriptions.receipts(new RepoId(request.getRepoId()), atMost, request.getLimit()));
    }

    @Override
    public void repair(RepairRequest request, StreamObserver<RepairReply> reply) {
        complete(reply, locks.repair(request));
    }

    @Override
    public void repairStorage(RepairStorageRequest request, StreamObserver<RepairStorageReply> reply) {
        RepoId repo = new RepoId(request.getRepoId());
        complete(reply, replicas.health().repair(repo).map(Pins::toProto).orElseThrow(() ->
            Status.FAILED_PRECONDITION.withDescription("this node has no replica of " + repo).asRuntimeException()));
    }

    @Override
    public void seal(SealRequest request, StreamObserver<SealReply> reply) {
        List<Member> next = Wire.fromProto(request.getNextMembersList());
        if (!next.isEmpty()) { // none: the repository ends
            checkMembers("next_members", next);
        }
        complete(reply, locks.seal(request));
    }

    @Override
    public void introduce(IntroduceRequest request, StreamObserver<IntroduceReply> reply) {
        if (!request.getTarget().equals(disk.member().node().value())) {
            throw Status.FAILED_PRECONDITION.withDescription("this is " + disk.member().node() + ", not "
                + request.getTarget()).asRuntimeException();
        }
        neighbours.introduce(request.getNodesList(), replicas::know);
        complete(reply, IntroduceReply.getDefaultInstance());
    }

    @Override
    public void learn(LearnRequest request, StreamObserver<LearnReply> reply) {
        checkTarget(request.getTarget());
        List<Member> members = Wire.fromProto(request.getMembersList());
        checkMembers("members", members);
        complete(reply, learning.learn(new RepoId(request.getRepoId()), request.getGeneration(), members));
    }

    @Override
    public void unlearn(UnlearnRequest request, StreamObserver<UnlearnReply> reply) {
        checkTarget(request.getTarget());
        complete(reply, learning.unlearn(new RepoId(request.getRepoId())));
    }

    @Override
    public void tune(TuneRequest request, StreamObserver<TuneReply> reply) {
        complete(reply, tuning.tune(request));
    }

    private void checkTarget(dev.trine.proto.Member target) {
        if (!Wire.fromProto(target).equals(disk.member())) {
            throw Status.FAILED_PRECONDITION.withDescription("this is " + disk.member() + ", not "
                + Wire.fromProto(target)).asRuntimeException();
        }
    }

    private long freeBytes() {
        try {
            return disk.freeBytes();
        } catch (IOException e) {
            throw new IllegalStateException("the file system of the data directory does not say how full it is", e);
        }
    }

    private static void checkMembers(String field, List<Member> members) {
        if (members.size() != MEMBERS || members.stream().map(Member::node).distinct().count() != MEMBERS) {
            throw new IllegalArgumentException(field + ": a generation has " + MEMBERS
                + " members on different nodes, not " + members);
        }
    }

    private static RefName branch(String name) {
        if (!name.startsWith("refs/heads/")) {
            throw new IllegalArgumentException("default_branch: '" + name + "' is no branch");
        }
        return new RefName(name);
    }

    private static <T> void complete(StreamObserver<T> reply, T answer) {
        reply.onNext(answer);
        reply.onCompleted();
    }
}
