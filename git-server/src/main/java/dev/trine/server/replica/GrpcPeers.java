package dev.trine.server.replica;

import dev.trine.common.model.Member;
import dev.trine.common.model.NodeId;
import dev.trine.common.model.ProbeAnswer;
import dev.trine.common.model.RepoId;
import dev.trine.common.wire.Wire;
import dev.trine.proto.Probe;
import dev.trine.proto.ProbeReply;
import dev.trine.server.replication.Envelope;
import dev.trine.server.store.DiskHistory;
import io.grpc.Channel;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The other nodes of the cluster that this node has addresses of. Used by many threads. */
final class GrpcPeers implements AutoCloseable {
    private static final Duration FINISH_MAX = Duration.ofMillis(500);
    private static final Logger LOG = LoggerFactory.getLogger(GrpcPeers.class);

    private final Member self;
    private final DiskHistory history;
    private final LongSupplier nanos;
    private final Consumer<NodeId> returned;
    private final Map<NodeId, GrpcPeer> peers = new ConcurrentHashMap<>();

    /**
     * Makes the peers; connects nowhere yet.
     *
     * @param channels the other nodes' channels; owned by the caller
     * @param nanos    a clock that never jumps
     * @param returned told when a peer answers again after it was down
     * @param history  says how far this disk is, remembers how far others are
     */
    GrpcPeers(Member self, Map<NodeId, Channel> channels, LongSupplier nanos, Consumer<NodeId> returned,
              DiskHistory history) {
        this.history = history;
        this.self = self;
        this.nanos = nanos;
        this.returned = returned;
        know(channels);
    }

    /**
     * Knows exactly those nodes from now on. What was learnt of one whose channel stays is kept; calls to one that goes
     * end by themselves.
     *
     * @return those that were not known, or elsewhere
     */
    Set<NodeId> know(Map<NodeId, Channel> channels) {
        peers.keySet().retainAll(channels.keySet());
        Set<NodeId> strange = new HashSet<>();
        channels.forEach((node, channel) -> {
            GrpcPeer known = peers.get(node);
            if (known == null || known.channel() != channel) {
                peers.put(node, new GrpcPeer(node, channel, nanos, returned));
                strange.add(node);
            }
        });
        return strange;
    }

    Collection<GrpcPeer> all() {
        return peers.values();
    }

    /** The peer of that member's node. */
    GrpcPeer peer(Member member) throws PeerUnavailableException {
        return peer(member.node());
    }

    /** The peer of that node. */
    GrpcPeer peer(NodeId node) throws PeerUnavailableException {
        GrpcPeer peer = peers.get(node);
        if (peer == null) {
            throw new PeerUnavailableException("this node has no address of " + node);
        }
        return peer;
    }

    /** Whether its node is known not to answer, or has no address. */
    boolean isDown(Member member) {
        return isDown(member.node());
    }

    /** Whether it is known not to answer, or has no address. */
    boolean isDown(NodeId node) {
        GrpcPeer peer = peers.get(node);
        return peer == null || peer.isDown();
    }

    /**
     * Sends a protocol message.
     *
     * @param reply   gets the answer, if there is one, from exactly the member that was asked
     * @param nothing told that the message may not have arrived
     */
    void send(Envelope envelope, Consumer<Envelope> reply, Runnable nothing) {
        GrpcPeer peer = peers.get(envelope.target().node());
        if (peer == null) {
            nothing.run();
            return;
        }
        peer.deliver(PeerMessages.toProto(envelope).toBuilder().setSequence(history.sequence()).build(), answer -> {
            answer.ifPresent(told -> Witnesses.note(history, told));
            if (answer.isEmpty()) {
                nothing.run();
            } else if (answer.get().getKindCase() != dev.trine.proto.PeerMessage.KindCase.KIND_NOT_SET) {
                checked(envelope, answer.get()).ifPresentOrElse(reply, nothing);
            }
        });
    }

    /** Asks for a member's position; empty: no answer, or not from that member. */
    Optional<ProbeAnswer> probe(RepoId repo, Member member) throws InterruptedException {
        return ask(repo, member).map(reply -> Wire.fromProto(member, reply));
    }

    /** Whether a member says that it is rewriting all packs of a repository. */
    boolean isRewriting(RepoId repo, Member member) throws InterruptedException {
        return ask(repo, member).map(ProbeReply::getCompacting).orElse(false);
    }

    private Optional<ProbeReply> ask(RepoId repo, Member member) throws InterruptedException {
        GrpcPeer peer = peers.get(member.node());
        if (peer == null) {
            return Optional.empty();
        }
        CompletableFuture<Optional<dev.trine.proto.PeerMessage>> answer = new CompletableFuture<>();
        peer.deliver(dev.trine.proto.PeerMessage.newBuilder().setRepoId(repo.value()).setTarget(Wire.toProto(member))
            .setProbe(Probe.getDefaultInstance()).build(), answer::complete);
        try {
            return Waiting.await(answer, GrpcPeer.ANSWER_MAX).orElse(Optional.empty())
                .filter(reply -> reply.hasProbeReply() && Wire.fromProto(reply.getSender()).equals(member))
                .map(dev.trine.proto.PeerMessage::getProbeReply);
        } catch (IllegalArgumentException e) {
            LOG.atWarn().addKeyValue("peer", member.node()).addKeyValue("repo", repo)
                .log("malformed answer to a probe: {}", e.getMessage());
            return Optional.empty();
        } catch (ReplicaStoppedException e) {
            throw new IllegalStateException("a peer's answer cannot fail so", e);
        }
    }

    /** Lets the last messages arrive, which give locks back, for a bounded time. */
    @Override
    public void close() throws InterruptedException {
        long end = System.nanoTime() + FINISH_MAX.toNanos();
        for (GrpcPeer peer : peers.values()) {
            peer.finish(Duration.ofNanos(Math.max(0, end - System.nanoTime())));
        }
    }

    private Optional<Envelope> checked(Envelope sent, dev.trine.proto.PeerMessage answer) {
        try {
            Envelope reply = PeerMessages.fromProto(answer);
            return Optional.of(reply).filter(r -> r.sender().equals(sent.target()) && r.target().equals(self)
                && r.repo().equals(sent.repo()));
        } catch (IllegalArgumentException e) {
            LOG.atWarn().addKeyValue("peer", sent.target().node()).addKeyValue("repo", sent.repo())
                .log("malformed reply: {}", e.getMessage());
            return Optional.empty();
        }
    }
}
