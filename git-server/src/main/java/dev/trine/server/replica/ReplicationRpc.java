package dev.trine.server.replica;

import dev.trine.common.model.RepoId;
import dev.trine.proto.CompareReply;
import dev.trine.proto.CompareRequest;
import dev.trine.proto.FetchPackRequest;
import dev.trine.proto.ForgetReply;
import dev.trine.proto.ForgetRequest;
import dev.trine.proto.HistoryReply;
import dev.trine.proto.HistoryRequest;
import dev.trine.proto.ListPacksReply;
import dev.trine.proto.ListPacksRequest;
import dev.trine.proto.PackChunk;
import dev.trine.proto.PeerMessage;
import dev.trine.proto.ProbeAnswers;
import dev.trine.proto.ProbeQuestions;
import dev.trine.proto.ProposeReply;
import dev.trine.proto.ProposeRequest;
import dev.trine.proto.PullChunk;
import dev.trine.proto.PullRequest;
import dev.trine.proto.ReplicationGrpc;
import dev.trine.proto.StageReply;
import dev.trine.proto.StageRequest;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Semaphore;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The Replication service: what peers and routers ask of this node's replicas. Only translates. */
final class ReplicationRpc extends ReplicationGrpc.ReplicationImplBase {
    /** Greatest number of streams with packs that are served at once. */
    static final int STREAMS_MAX = 256;

    private static final Logger LOG = LoggerFactory.getLogger(ReplicationRpc.class);

    private final Deliveries deliveries;
    private final PeerRequests requests;
    private final Supplies supplies;
    private final Predicate<RepoId> rewriting;
    private final ExecutorService threads;
    private final Duration idleMax;
    private final Witnesses witnesses;
    private final Semaphore streams = new Semaphore(STREAMS_MAX);

    /**
     * Makes the service.
     *
     * @param rewriting whether this node is rewriting all packs of a repository
     * @param threads   run the streams to peers
     * @param idleMax   longest wait for a peer to take one message
     * @param witnesses knows of the peers' disks
     */
    ReplicationRpc(Deliveries deliveries, PeerRequests requests, Supplies supplies, Predicate<RepoId> rewriting,
                   ExecutorService threads, Duration idleMax, Witnesses witnesses) {
        this.deliveries = deliveries;
        this.requests = requests;
        this.supplies = supplies;
        this.rewriting = rewriting;
        this.threads = threads;
        this.idleMax = idleMax;
        this.witnesses = witnesses;
    }

    /** What serves one call. */
    @FunctionalInterface
    interface Call {
        /** Serves it, and says so to its observer. */
        void serve() throws IOException, InterruptedException, ReplicaStoppedException, OverloadedException;
    }

    @Override
    public void deliver(PeerMessage request, StreamObserver<PeerMessage> reply) {
        answer(reply, () -> {
            if (request.hasProbe()) {
                reply.onNext(probed(request));
            } else {
                witnesses.heard(request);
                reply.onNext(witnesses.signed(deliveries.deliver(PeerMessages.fromProto(request))
                    .map(PeerMessages::toProto).orElseGet(PeerMessage::getDefaultInstance)));
            }
            reply.onCompleted();
        });
    }

    @Override
    public StreamObserver<ProbeQuestions> probeMany(StreamObserver<ProbeAnswers> reply) {
        return new ProbeReceiver(this::probed, (ServerCallStreamObserver<ProbeAnswers>) reply);
    }

    @Override
    public void history(HistoryRequest request, StreamObserver<HistoryReply> reply) {
        answer(reply, () -> {
            reply.onNext(witnesses.answer(request));
            reply.onCompleted();
        });
    }

    private PeerMessage probed(PeerMessage request) throws ReplicaStoppedException, InterruptedException {
        witnesses.heard(request);
        RepoId repo = new RepoId(request.getRepoId());
        return witnesses.signed(PeerMessages.toProto(repo, request.getProbe().getProbeId(), deliveries.probe(repo),
            rewriting.test(repo)));
    }

    @Override
    public void propose(ProposeRequest request, StreamObserver<ProposeReply> reply) {
        answer(reply, () -> {
            reply.onNext(requests.propose(request));
            reply.onCompleted();
        });
    }

    @Override
    public void compare(CompareRequest request, StreamObserver<CompareReply> reply) {
        answer(reply, () -> {
            reply.onNext(requests.compare(request));
            reply.onCompleted();
        });
    }

    @Override
    public void listPacks(ListPacksRequest request, StreamObserver<ListPacksReply> reply) {
        answer(reply, () -> {
            reply.onNext(supplies.listPacks(request));
            reply.onCompleted();
        });
    }

    @Override
    public void forget(ForgetRequest request, StreamObserver<ForgetReply> reply) {
        answer(reply, () -> {
            requests.forget(request);
            reply.onNext(ForgetReply.getDefaultInstance());
            reply.onCompleted();
        });
    }

    @Override
    public StreamObserver<StageRequest> stage(StreamObserver<StageReply> reply) {
        return new StageReceiver(requests, reply, streams, ReplicationRpc::status);
    }

    @Override
    public void fetchPack(FetchPackRequest request, StreamObserver<PackChunk> reply) {
        stream(reply, out -> supplies.fetchPack(request, out));
    }

    @Override
    public void pull(PullRequest request, StreamObserver<PullChunk> reply) {
        stream(reply, out -> supplies.pull(request, out));
    }

    /** What fills one stream. */
    @FunctionalInterface
    private interface Filling<T> {
        /** Sends all; false from the stream: the peer is gone. */
        void fill(ServerStream<T> out)
            throws IOException, InterruptedException, ReplicaStoppedException, OverloadedException;
    }

    private <T> void stream(StreamObserver<T> reply, Filling<T> filling) {
        if (!streams.tryAcquire()) {
            reply.onError(overloaded(STREAMS_MAX));
            return;
        }
        ServerStream<T> out = new ServerStream<>((ServerCallStreamObserver<T>) reply, idleMax);
        threads.execute(() -> {
            try {
                answer(reply, () -> {
                    filling.fill(out);
                    out.complete();
                });
            } finally {
                streams.release();
            }
        });
    }

    static RuntimeException overloaded(int max) {
        return Status.RESOURCE_EXHAUSTED.withDescription("this node serves " + max + " streams already")
            .asRuntimeException();
    }

    private static void answer(StreamObserver<?> reply, Call call) {
        try {
            call.serve();
        } catch (IOException | InterruptedException | ReplicaStoppedException | OverloadedException
                 | RuntimeException e) {
            reply.onError(status(e).asRuntimeException());
        }
    }

    /** The status that tells a caller of a failure; what is a defect here is logged. */
    static Status status(Exception failure) {
        return switch (failure) {
            case IllegalArgumentException e -> Status.INVALID_ARGUMENT.withDescription(e.getMessage());
            case ReplicaStoppedException e -> (e.nodeStops() ? Status.UNAVAILABLE : Status.FAILED_PRECONDITION)
                .withDescription(e.getMessage());
            case OverloadedException e -> Status.RESOURCE_EXHAUSTED.withDescription(e.getMessage());
            case NoSuchFileException e -> Status.NOT_FOUND.withDescription("no such pack");
            case InterruptedException e -> {
                Thread.currentThread().interrupt();
                yield Status.UNAVAILABLE.withDescription("the node is stopping");
            }
            default -> {
                LOG.atError().setCause(failure).log("a peer's request failed");
                yield Status.INTERNAL.withDescription("the node failed, its log says why");
            }
        };
    }
}
