package dev.trine.lab.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trine.common.model.Epoch;
import dev.trine.common.model.Member;
import dev.trine.common.model.Position;
import dev.trine.common.model.ProbeAnswer;
import dev.trine.common.model.ReadPoint;
import dev.trine.common.model.Role;
import dev.trine.router.routing.Decision;
import dev.trine.router.routing.Evidence;
import dev.trine.router.routing.Operation;
import dev.trine.router.routing.Placement;
import dev.trine.router.routing.Preferences;
import dev.trine.router.routing.Question;
import dev.trine.router.routing.VersionRouting;
import dev.trine.server.replication.Answer;
import dev.trine.server.replication.BrokenInvariant;
import dev.trine.server.replication.Chain;
import dev.trine.server.replication.Effect;
import dev.trine.server.replication.Envelope;
import dev.trine.server.replication.LogEntry;
import dev.trine.server.replication.Logged;
import dev.trine.server.replication.Message;
import dev.trine.server.replication.PeerMessage;
import dev.trine.server.replication.RefLogReplica;
import dev.trine.server.replication.ReplicaState;
import dev.trine.server.replication.Step;
import dev.trine.server.replication.StoredReplica;
import dev.trine.server.replication.Ticket;
import dev.trine.server.replication.Timeouts;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Directed runs for mistakes that random ones do not reach: fetch, serve_any_gen, proof_no_promise. */
class RefusalTest {
    private static final Member N1 = SimulatedNode.member(1, 1);
    private static final Member N2 = SimulatedNode.member(2, 1);
    private static final List<Member> MEMBERS = List.of(N1, N2, SimulatedNode.member(3, 1));
    private static final Epoch MINE = new Epoch(1, 1, 0);
    private static final Position GRANTED = new Position(1, new Epoch(1, 0, 1));

    @Test
    void aLogThatMovedOnUnderItsContenderStopsTheReplica() {
        RefLogReplica contender = contending();
        Position later = new Position(1, new Epoch(1, 5, 1));
        assertThatThrownBy(() -> contender.step(2, from(new PeerMessage.LogChunk(MINE,
            List.of(first(new LogEntry.Noop(later))), GRANTED)))).isInstanceOf(BrokenInvariant.class)
            .hasMessageContaining("promised >= last");
    }

    @Test
    void theLogThatWasGrantedIsAdopted() {
        Step step = contending().step(2, from(new PeerMessage.LogChunk(MINE,
            List.of(first(new LogEntry.Noop(GRANTED))), GRANTED)));
        assertThat(step.batch().put()).extracting(Logged::position)
            .containsExactly(GRANTED, new Position(2, MINE));
    }

    @Test
    void aReadThatProvesTheSealIsNotServedByTheGenerationThatItEnds() {
        Position seal = new Position(1, MINE);
        ReplicaState state = new ReplicaState(Role.VOTER, 1, MEMBERS, MINE, Position.START, Chain.START,
            Position.START);
        RefLogReplica replica = replica(new StoredReplica(state, List.of(first(new LogEntry.Seal(seal,
            List.of(N1, N2, SimulatedNode.member(4, 1))))), List.of()));
        Step step = replica.step(1, new Message.Read(new Ticket(1), new ReadPoint.Proof(1, seal)));
        assertThat(step.after()).filteredOn(Effect.Reply.class::isInstance).singleElement()
            .isInstanceOfSatisfying(Effect.Reply.class, reply ->
                assertThat(reply.answer()).isInstanceOf(Answer.Moved.class));
    }

    @Test
    void twoEqualAnswersProveNothingOnceAHigherEpochIsPromised() {
        Position old = new Position(1, MINE);
        assertThat(decide(old, new Epoch(1, 3, 2))).isInstanceOf(Decision.AwaitMore.class);
        assertThat(decide(old, MINE)).isInstanceOfSatisfying(Decision.Serve.class, serve ->
            assertThat(serve.from()).isEqualTo(new ReadPoint.Proof(1, old)));
    }

    private static Decision decide(Position last, Epoch promised) {
        List<ProbeAnswer> answers = MEMBERS.subList(0, 2).stream().map(member -> new ProbeAnswer(member, Role.VOTER, 1,
            promised, last, Position.START, Optional.empty(), MEMBERS, false)).toList();
        return VersionRouting.decide(new Question(Operation.READ, new Placement(1, MEMBERS), false,
            new Preferences(SimulatedNode.REPO, Set.of(), Map.of())), new Evidence(answers, Map.of()));
    }

    private static RefLogReplica contending() {
        RefLogReplica replica = replica(new StoredReplica(ReplicaState.created(MEMBERS), List.of(), List.of()));
        replica.step(0, new Message.Repair(new Ticket(1), 1));
        Step step = replica.step(1, from(new PeerMessage.Granted(MINE, GRANTED, Position.START, Position.START)));
        assertThat(step.after()).contains(new Effect.Send(new Envelope(SimulatedNode.REPO, 1, N1, N2,
            new PeerMessage.FetchLog(MINE, 1, GRANTED))));
        return replica;
    }

    private static RefLogReplica replica(StoredReplica stored) {
        SimulatedDisk disk = new SimulatedDisk(Optional.of(stored.state()), Mistakes.NONE);
        return new RefLogReplica(SimulatedNode.REPO, N1, stored, () -> disk, (push, packs) -> true, Timeouts.DEFAULT,
            1);
    }

    private static Message from(PeerMessage message) {
        return new Message.Received(new Envelope(SimulatedNode.REPO, 1, N2, N1, message));
    }

    private static Logged first(LogEntry entry) {
        return new Logged(entry, Chain.START.then(entry));
    }
}
