package dev.trine.server.replica;

import dev.trine.common.model.RepoId;
import dev.trine.server.replication.Batch;
import dev.trine.server.replication.Effect;
import dev.trine.server.replication.Envelope;
import dev.trine.server.replication.Message;
import dev.trine.server.store.ReplicaStore;
import java.util.List;

/** Carries out what replicas' steps ask for: writes, messages to peers, errands. Has no opinion. */
final class Effects implements ReplicaLoop.Surroundings {
    private final ReplicaStore store;
    private final GrpcPeers peers;
    private final Errands errands;
    private final List<Witness> witnesses;

    /** Looks at what was made durable; returns at once. */
    @FunctionalInterface
    interface Witness {
        /** That batch is durable and shown. */
        void applied(ReplicaLoop loop, Batch batch);
    }

    Effects(ReplicaStore store, GrpcPeers peers, Errands errands, List<Witness> witnesses) {
        this.store = store;
        this.peers = peers;
        this.errands = errands;
        this.witnesses = List.copyOf(witnesses);
    }

    @Override
    public void apply(RepoId repo, Batch batch) {
        store.apply(repo, batch);
    }

    @Override
    public void applied(ReplicaLoop loop, Batch batch) {
        witnesses.forEach(witness -> witness.applied(loop, batch));
    }

    @Override
    public void carryOut(ReplicaLoop loop, Effect effect) {
        switch (effect) {
            case Effect.Send send -> send(loop, send.envelope());
            case Effect.FetchObjects fetch -> errands.fetchObjects(loop, fetch);
            case Effect.StageTo stage -> errands.stageTo(loop, stage);
            case Effect.StartPull pull -> errands.pull(loop, pull);
            case Effect.Reply reply -> throw new IllegalStateException("the loop itself answers " + reply.ticket());
        }
    }

    private void send(ReplicaLoop loop, Envelope envelope) {
        peers.send(envelope, reply -> loop.tell(new Message.Received(reply)),
            () -> loop.tell(new Message.Unreachable(envelope.target())));
    }
}
