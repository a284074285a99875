package dev.trine.server.replica;

import dev.trine.common.model.Member;
import dev.trine.common.model.NodeId;
import dev.trine.common.model.PackName;
import dev.trine.common.model.RepoId;
import dev.trine.common.wire.Wire;
import dev.trine.proto.CompareReply;
import dev.trine.proto.CompareRequest;
import dev.trine.proto.FetchPackRequest;
import dev.trine.proto.FileRange;
import dev.trine.proto.ForgetRequest;
import dev.trine.proto.ListPacksReply;
import dev.trine.proto.ListPacksRequest;
import dev.trine.proto.PackChunk;
import dev.trine.proto.ProposeReply;
import dev.trine.proto.ProposeRequest;
import dev.trine.proto.PullChunk;
import dev.trine.proto.PullRequest;
import dev.trine.proto.ReplicationGrpc;
import dev.trine.proto.StageOpen;
import dev.trine.proto.StageReply;
import dev.trine.proto.StageRequest;
import io.grpc.Context;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.stub.BlockingClientCall;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The long calls to peers: packs, pulls, pushes handed on. Each blocks its thread, moves bytes no faster than the other
 * end takes them, and ends when the peer turns out not to answer.
 */
final class PeerStreams {
    private final Member self;
    private final GrpcPeers peers;
    private final Duration idleMax;

    /**
     * Opens nothing.
     *
     * @param idleMax longest wait for the other end to take or send one message
     */
    PeerStreams(Member self, GrpcPeers peers, Duration idleMax) {
        this.self = self;
        this.peers = peers;
        this.idleMax = idleMax;
    }

    Member self() {
        return self;
    }

    /** Takes what a peer streams, one message after the other. */
    @FunctionalInterface
    interface Receiver<T> {
        /** Takes one message; an exception ends the stream. */
        void take(T message) throws IOException, CorruptPackException, InterruptedException;
    }

    /** What is done during one call. */
    @FunctionalInterface
    private interface Body<T> {
        T run(ReplicationGrpc.ReplicationBlockingV2Stub stub)
            throws StatusException, TimeoutException, IOException, InterruptedException, CorruptPackException,
            PeerUnavailableException;
    }

    /**
     * Sends a pack, or only the tips of a push that brings none, into a peer's quarantine.
     *
     * @param answerMax longest wait for the peer's answer after the last byte
     */
    StageReply stage(Member target, StageOpen open, Optional<PackBytes> pack, Duration answerMax)
        throws IOException, InterruptedException, PeerUnavailableException {
        try {
            return call(peers.peer(target), "staging at ", stub -> {
                BlockingClientCall<StageRequest, StageReply> call = stub.stage();
                boolean wanted = write(call, StageRequest.newBuilder().setOpen(open));
                if (wanted && pack.isPresent()) {
                    pack.get().sendTo(chunk -> write(call, StageRequest.newBuilder().setData(chunk)));
                }
                call.halfClose();
                StageReply reply = call.read(answerMax.toNanos(), TimeUnit.NANOSECONDS);
                if (reply == null) {
                    throw Status.INTERNAL.withDescription("ended without an answer").asException();
                }
                return reply;
            });
        } catch (CorruptPackException e) {
            throw new IllegalStateException("nothing is received while staging", e);
        }
    }

    /** Fetches a pack. */
    void fetchPack(Member from, RepoId repo, PackName pack, Receiver<PackChunk> receiver)
        throws IOException, InterruptedException, PeerUnavailableException, CorruptPackException {
        FetchPackRequest request = FetchPackRequest.newBuilder().setRepoId(repo.value()).setName(pack.hex())
            .setSender(Wire.toProto(self)).build();
        call(peers.peer(from), "fetching a pack from ", stub -> receive(stub.fetchPack(request), receiver));
    }

    /** Fetches some bytes of a pack's file. */
    void fetchRange(Member from, RepoId repo, PackName pack, FileRange range, Receiver<PackChunk> receiver)
        throws IOException, InterruptedException, PeerUnavailableException, CorruptPackException {
        FetchPackRequest request = FetchPackRequest.newBuilder().setRepoId(repo.value()).setName(pack.hex())
            .setSender(Wire.toProto(self)).setRange(range).build();
        call(peers.peer(from), "copying a pack from ", stub -> receive(stub.fetchPack(request), receiver));
    }

    /** Takes what a peer streams as long as it wants more. */
    @FunctionalInterface
    interface Drain<T> {
        /** Takes one message; returns whether more is wanted, while the stream stays open. */
        boolean take(T message) throws IOException, CorruptPackException, InterruptedException,
            PeerUnavailableException;
    }

    /** Pulls a state with its objects. */
    void pull(Member from, PullRequest request, Drain<PullChunk> drain)
        throws IOException, InterruptedException, PeerUnavailableException, CorruptPackException {
        call(peers.peer(from), "pulling from ", stub -> {
            BlockingClientCall<?, PullChunk> call = stub.pull(request);
            PullChunk chunk = call.read(idleMax.toNanos(), TimeUnit.NANOSECONDS);
            while (chunk != null && drain.take(chunk)) {
                chunk = call.read(idleMax.toNanos(), TimeUnit.NANOSECONDS);
            }
            return true;
        });
    }

    /** Tells a peer that a push will never be proposed. */
    void forget(Member peer, ForgetRequest request) throws InterruptedException, PeerUnavailableException {
        try {
            call(peers.peer(peer), "giving a push up at ",
                stub -> stub.withDeadlineAfter(idleMax.toNanos(), TimeUnit.NANOSECONDS).forget(request));
        } catch (IOException | CorruptPackException e) {
            throw new IllegalStateException("a push that is given up carries no pack", e);
        }
    }

    /** Hands a push on to the lock holder. On an exception, it may or may not have got it. */
    ProposeReply propose(Member holder, ProposeRequest request, Duration answerMax)
        throws InterruptedException, PeerUnavailableException {
        try {
            return call(peers.peer(holder), "handing a push on to ",
                stub -> stub.withDeadlineAfter(answerMax.toNanos(), TimeUnit.NANOSECONDS).propose(request));
        } catch (IOException | CorruptPackException e) {
            throw new IllegalStateException("a push that is handed on carries no pack", e);
        }
    }

    /** Asks for the names of a repository's packs. */
    ListPacksReply listPacks(Member from, RepoId repo) throws InterruptedException, PeerUnavailableException {
        ListPacksRequest request = ListPacksRequest.newBuilder().setRepoId(repo.value())
            .setSender(Wire.toProto(self)).build();
        try {
            return call(peers.peer(from), "asking for the packs of ",
                stub -> stub.withDeadlineAfter(idleMax.toNanos(), TimeUnit.NANOSECONDS).listPacks(request));
        } catch (IOException | CorruptPackException e) {
            throw new IllegalStateException("a list of names carries no pack", e);
        }
    }

    /** Has positions compared. */
    CompareReply compare(NodeId node, CompareRequest request) throws InterruptedException, PeerUnavailableException {
        try {
            return call(peers.peer(node), "comparing positions with ",
                stub -> stub.withDeadlineAfter(idleMax.toNanos(), TimeUnit.NANOSECONDS).compare(request));
        } catch (IOException | CorruptPackException e) {
            throw new IllegalStateException("a comparison carries no pack", e);
        }
    }

    /** Whether that node is known not to answer. */
    boolean isDown(NodeId node) {
        return peers.isDown(node);
    }

    private <T> T call(GrpcPeer peer, String what, Body<T> body)
        throws IOException, InterruptedException, CorruptPackException, PeerUnavailableException {
        Context.CancellableContext context = Context.current().withCancellation();
        Context before = context.attach();
        try (GrpcPeer.Watch watch = peer.watch(() -> context.cancel(null))) {
            T result = body.run(ReplicationGrpc.newBlockingV2Stub(peer.channel()));
            peer.ended(Status.OK);
            return result;
        } catch (StatusException e) {
            peer.ended(e.getStatus());
            throw new PeerUnavailableException(what + peer.node() + ": " + e.getStatus().getCode() + ", "
                + e.getStatus().getDescription());
        } catch (TimeoutException e) {
            throw new PeerUnavailableException(what + peer.node() + ": nothing moved for too long");
        } finally {
            context.detach(before);
            context.cancel(null);
        }
    }

    private <T> boolean receive(BlockingClientCall<?, T> call, Receiver<T> receiver)
        throws StatusException, TimeoutException, IOException, InterruptedException, CorruptPackException {
        T message = call.read(idleMax.toNanos(), TimeUnit.NANOSECONDS);
        while (message != null) {
            receiver.take(message);
            message = call.read(idleMax.toNanos(), TimeUnit.NANOSECONDS);
        }
        return true;
    }

    private boolean write(BlockingClientCall<StageRequest, ?> call, StageRequest.Builder message)
        throws StatusException, InterruptedException {
        try {
            return call.write(message.build(), idleMax.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw Status.ABORTED.withDescription("the peer took nothing for " + idleMax).asException();
        }
    }
}
