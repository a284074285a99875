package dev.trine.server.replica;

import dev.trine.common.model.Member;
import dev.trine.common.model.ObjectName;
import dev.trine.common.model.PackName;
import dev.trine.common.model.Position;
import dev.trine.common.model.PushId;
import dev.trine.common.model.RefName;
import dev.trine.common.model.RepoId;
import dev.trine.common.wire.Wire;
import dev.trine.proto.ForgetRequest;
import dev.trine.server.repo.PackFiles;
import dev.trine.server.repo.PackPin;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The shipments of this node that are under way, so that nothing travels twice at the same time. */
final class Shipments {
    private static final Logger LOG = LoggerFactory.getLogger(Shipments.class);

    private final Member self;
    private final PeerStreams streams;
    private final PackFiles files;
    private final ExecutorService threads;
    private final Duration answerMax;
    private final Map<PushId, Shipment> underWay = new ConcurrentHashMap<>();

    /**
     * Ships nothing yet.
     *
     * @param threads   run the transfers
     * @param answerMax longest wait for a peer's answer after the last byte
     */
    Shipments(Member self, PeerStreams streams, PackFiles files, ExecutorService threads, Duration answerMax) {
        this.self = self;
        this.streams = streams;
        this.files = files;
        this.threads = threads;
        this.answerMax = answerMax;
    }

    /**
     * What one push brings.
     *
     * @param packs at most one
     * @param refs  that it changes
     */
    record Goods(PushId push, Set<ObjectName> tips, List<PackName> packs, List<RefName> refs) {
        Goods {
            if (packs.size() > 1) {
                throw new IllegalArgumentException("push " + push + " brings " + packs.size() + " packs");
            }
        }
    }

    /**
     * Starts to bring a push's objects, which must be durable here, to peers.
     *
     * @param generation generation in force
     * @param base       committed position of the refs that the push was checked with
     */
    Shipment start(RepoId repo, long generation, Position base, Goods goods, List<Member> peers) throws IOException {
        PackPin held = files.pin(repo, goods.packs());
        boolean started = false;
        try {
            Optional<PackBytes> bytes = goods.packs().isEmpty() ? Optional.empty()
                : Optional.of(PackBytes.of(files, repo, goods.packs().getFirst()));
            Shipment.Load load =
                new Shipment.Load(repo, generation, self, goods.push(), goods.tips(), goods.refs(), base, bytes);
            Shipment shipment = new Shipment(load, peers);
            underWay.put(goods.push(), shipment);
            started = true;
            shipment.start(streams, threads, answerMax, () -> {
                underWay.remove(goods.push(), shipment);
                held.close();
            });
            return shipment;
        } finally {
            if (!started) {
                held.close();
            }
        }
    }

    /**
     * The push is in no log, and is never proposed again under its id: the peers need not keep what it brought. Told,
     * on a thread of its own, when nothing of it is under way any more; a peer that does not hear it keeps that for a
     * while.
     *
     * @param shipments all that were started for the push, at least one: an early one may end after a later one
     */
    void giveUp(List<Shipment> shipments) {
        threads.execute(() -> {
            try {
                Map<Member, Shipment.Load> peers = new LinkedHashMap<>();
                for (Shipment shipment : shipments) {
                    shipment.awaitEnd(answerMax);
                    shipment.peers().forEach(peer -> peers.put(peer, shipment.load()));
                }
                for (Map.Entry<Member, Shipment.Load> peer : peers.entrySet()) {
                    giveUp(peer.getValue(), peer.getKey());
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    private void giveUp(Shipment.Load load, Member peer) throws InterruptedException {
        try {
            streams.forget(peer, ForgetRequest.newBuilder().setRepoId(load.repo().value())
                .setGeneration(load.generation()).setSender(Wire.toProto(self)).setTarget(Wire.toProto(peer))
                .setPushId(load.push().value()).build());
        } catch (PeerUnavailableException e) {
            LOG.atDebug().addKeyValue("repo", load.repo()).addKeyValue("push", load.push())
                .log("a peer keeps what a push brought: {}", e.getMessage());
        }
    }

    /** The shipment of that push to that peer, if one is under way. */
    Optional<Shipment> underWay(PushId push, Member peer) {
        return Optional.ofNullable(underWay.get(push)).filter(shipment -> shipment.goesTo(peer));
    }

    Duration answerMax() {
        return answerMax;
    }
}
