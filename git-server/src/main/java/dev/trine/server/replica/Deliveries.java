package dev.trine.server.replica;

import dev.trine.common.model.Epoch;
import dev.trine.common.model.Member;
import dev.trine.common.model.Position;
import dev.trine.common.model.ProbeAnswer;
import dev.trine.common.model.RepoId;
import dev.trine.common.model.Role;
import dev.trine.server.replication.Envelope;
import dev.trine.server.replication.PeerMessage;
import dev.trine.server.replication.ReplicaState;
import dev.trine.server.store.ReplicaSnapshot;
import dev.trine.server.store.ReplicaStore;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Hands what peers and routers send to the replica that it is meant for. Called by many threads. */
final class Deliveries {
    /** Longest wait for a step that a message causes. */
    static final Duration STEP_MAX = Duration.ofSeconds(3);

    private final Member self;
    private final ReplicaStore store;
    private final LoadedReplicas replicas;

    Deliveries(Member self, ReplicaStore store, LoadedReplicas replicas) {
        this.self = self;
        this.store = store;
        this.replicas = replicas;
    }

    /** The node's position in a repository; a replica that is not in memory stays on disk. */
    ProbeAnswer probe(RepoId repo) throws ReplicaStoppedException {
        Optional<ReplicaLoop> loaded = replicas.loaded(repo);
        if (loaded.isPresent()) {
            return loaded.get().probe();
        }
        if (replicas.isFrozen(repo)) {
            throw new ReplicaStoppedException("this replica stopped itself after a defect, see the node's log");
        }
        Optional<ReplicaSnapshot> stored = store.snapshot(repo);
        if (stored.isEmpty()) {
            return new ProbeAnswer(self, Role.UNKNOWN, 0, Epoch.NULL, Position.START, Position.START,
                Optional.empty(), List.of(), false);
        }
        try (ReplicaSnapshot snapshot = stored.get()) {
            ReplicaState state = snapshot.state();
            return new ProbeAnswer(self, state.role(), state.generation(), state.promised(), snapshot.last(),
                state.committed(), Optional.empty(), state.members(), false);
        }
    }

    /** Delivers a message; returns the reply, if there is one within {@link #STEP_MAX}. */
    Optional<Envelope> deliver(Envelope envelope)
        throws InterruptedException, ReplicaStoppedException, OverloadedException {
        if (!envelope.target().equals(self)) {
            return notMember(envelope);
        }
        Optional<Exchange> exchange = replicas.use(envelope.repo(), loop -> {
            Exchange begun = new Exchange(envelope);
            loop.receive(begun);
            return begun;
        });
        return exchange.isEmpty() ? notMember(envelope) : exchange.get().await(STEP_MAX);
    }

    /** Only requests are answered so: an answer to an answer would go back and forth without end. */
    private Optional<Envelope> notMember(Envelope to) {
        boolean asks = switch (to.payload()) {
            case PeerMessage.OfContender request -> true;
            case PeerMessage.Resolve request -> true;
            case PeerMessage.ToContender answer -> false;
            case PeerMessage.ResolveReply answer -> false;
            case PeerMessage.Notice notice -> false;
        };
        return asks ? Optional.of(new Envelope(to.repo(), to.generation(), self, to.sender(),
            new PeerMessage.NotMember(Role.UNKNOWN))) : Optional.empty();
    }
}
