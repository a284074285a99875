package dev.trine.lab.sim;

import dev.trine.common.model.Epoch;
import dev.trine.common.model.Member;
import dev.trine.common.model.Role;
import dev.trine.server.replication.Envelope;
import dev.trine.server.replication.LogEntry;
import dev.trine.server.replication.Logged;
import dev.trine.server.replication.Message;
import dev.trine.server.replication.PeerMessage;
import dev.trine.server.replication.ReplicaState;
import java.util.Optional;

/** Mistakes in how one generation ends and the next begins. */
final class SealMistakes implements Mistakes {
    private final Kind kind;

    SealMistakes(Kind kind) {
        this.kind = kind;
    }

    enum Kind { SEAL_ONE, SEAL_IGNORES_PROMISE, ACTIVATE_WITHOUT_COPY }

    /** Whoever is named as a next member votes as soon as somebody takes it for one. */
    @Override
    public void before(Simulation simulation, SimulatedNode node, Message message) {
        if (kind != Kind.ACTIVATE_WITHOUT_COPY || !node.disk().isIn(Role.LEARNER)
            || !(message instanceof Message.Received received)) {
            return;
        }
        ReplicaState mine = node.disk().state();
        Losses.newest(simulation.cluster().nodes()).filter(newest -> newest.generation() > mine.generation()
            && newest.generation() == received.envelope().generation()
            && newest.members().contains(node.member())).ifPresent(newest -> node.create(new ReplicaState(Role.VOTER,
                newest.generation(), newest.members(),
                Epoch.max(mine.promised(), new Epoch(newest.generation(), 0, 0)), mine.base(), mine.baseChain(),
                mine.committed())));
    }

    /** A SEAL in the own log counts as committed. */
    @Override
    public void after(Simulation simulation, SimulatedNode node, Message message) {
        if (kind != Kind.SEAL_ONE || !node.disk().isIn(Role.VOTER)) {
            return;
        }
        ReplicaState state = node.disk().state();
        Optional<Logged> seal = node.disk().log().tailMap(state.committed().version(), false).values().stream()
            .filter(logged -> logged.entry() instanceof LogEntry.Seal).findFirst();
        Member other = state.members().stream().filter(member -> !member.equals(node.member())).findFirst()
            .orElseThrow();
        seal.ifPresent(logged -> simulation.cluster().deliver(node, new Message.Received(new Envelope(
            SimulatedNode.REPO, state.generation(), other, node.member(),
            new PeerMessage.Commit(logged.position())))));
    }

    /** The holder of an old epoch is told that its SEAL is stored, whatever was promised since. */
    @Override
    public Optional<Envelope> answeredInstead(Sent sent) {
        Envelope envelope = sent.envelope();
        boolean seals = kind == Kind.SEAL_IGNORES_PROMISE && envelope.payload() instanceof PeerMessage.Append append
            && !append.entries().isEmpty() && append.entries().getLast().entry() instanceof LogEntry.Seal
            && sent.target().disk().isIn(Role.VOTER)
            && append.epoch().isBefore(sent.target().disk().state().promised());
        if (!seals || !(envelope.payload() instanceof PeerMessage.Append append)) {
            return Optional.empty();
        }
        return Optional.of(new Envelope(envelope.repo(), envelope.generation(), envelope.target(), envelope.sender(),
            new PeerMessage.Ack(append.epoch(), append.entries().getLast().version(), append.round())));
    }
}
