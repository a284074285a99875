package dev.trine.lab.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trine.common.model.ObjectName;
import dev.trine.common.model.PackName;
import dev.trine.common.model.PushId;
import dev.trine.common.model.PushOutcome;
import dev.trine.common.model.RefName;
import dev.trine.common.model.RefUpdate;
import dev.trine.common.model.RefValue;
import dev.trine.server.replication.Answer;
import dev.trine.server.replication.Message;
import dev.trine.server.replication.Proposal;
import dev.trine.server.replication.Timeouts;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How long a client waits when nodes die: the timeouts of production, in simulated time. */
class LivenessTest {
    private static final long SEEDS = 100;
    private static final long LEASE_MILLIS = Timeouts.DEFAULT.leaseMillis();
    private static final int NOTICE_MILLIS = 2;

    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void aPushAfterTheHoldersDeathSucceedsWithinThreeSeconds(int next) {
        for (long seed = 0; seed < SEEDS; seed++) {
            Simulation simulation = Simulation.calm(seed);
            assertThat(push(simulation, 1).outcomeWithin(1_000)).get().isInstanceOf(PushOutcome.Committed.class);
            simulation.timeline().runFor(simulation.random().nextLong(2 * LEASE_MILLIS));
            push(simulation, 1);
            simulation.timeline().runFor(simulation.random().nextLong(30));
            simulation.cluster().kill(node(simulation, 1));
            assertThat(push(simulation, next).outcomeWithin(3_000)).as("seed %d", seed).get()
                .isInstanceOf(PushOutcome.Committed.class);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void withTwoNodesDownAPushIsRefusedInTimeAndNamesThem(int left) {
        List<Integer> killed = List.of(1, 2, 3).stream().filter(number -> number != left).toList();
        for (long seed = 0; seed < SEEDS; seed++) {
            Simulation simulation = Simulation.calm(seed);
            assertThat(push(simulation, 1).outcomeWithin(1_000)).isPresent();
            simulation.timeline().runFor(Timeouts.DEFAULT.contactMillis()
                + simulation.random().nextLong(2 * LEASE_MILLIS));
            killed.forEach(number -> simulation.cluster().kill(node(simulation, number)));
            assertThat(push(simulation, left).outcomeWithin(4_000)).as("seed %d", seed).get()
                .isInstanceOfSatisfying(PushOutcome.Refused.class, refused -> killed.forEach(number ->
                    assertThat(refused.why()).contains("n" + number)));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void whenOneOfTwoDeadNodesReturnsAPushSucceeds(int back) {
        for (long seed = 0; seed < SEEDS; seed++) {
            Simulation simulation = Simulation.calm(seed);
            assertThat(push(simulation, 1).outcomeWithin(1_000)).isPresent();
            simulation.cluster().kill(node(simulation, 1));
            simulation.cluster().kill(node(simulation, 2));
            push(simulation, 3).outcomeWithin(12_000);
            simulation.cluster().start(node(simulation, back));
            assertThat(push(simulation, 3).outcomeWithin(3_000)).as("seed %d", seed).get()
                .isInstanceOf(PushOutcome.Committed.class);
        }
    }

    private static Push push(Simulation simulation, int at) {
        Push push = new Push(simulation);
        push.propose(node(simulation, at));
        return push;
    }

    private static SimulatedNode node(Simulation simulation, int number) {
        return simulation.cluster().nodes().get(number - 1);
    }

    /** A push of a new ref, handed on as the node that was asked says. */
    private static final class Push {
        private final Simulation simulation;
        private final PushId id;
        private final List<RefUpdate> updates;
        private Optional<PushOutcome> outcome = Optional.empty();

        Push(Simulation simulation) {
            this.simulation = simulation;
            String digits = String.format("%032x", simulation.random().nextLong(Long.MAX_VALUE));
            this.id = new PushId(digits);
            this.updates = List.of(new RefUpdate(new RefName("refs/heads/" + digits), Optional.empty(),
                Optional.of(new RefValue.Direct(new ObjectName(digits + "00000000")))));
            simulation.invariants().asked(id, updates);
            simulation.cluster().nodes().forEach(node -> node.disk().objects().add(id));
        }

        void propose(SimulatedNode at) {
            List<PackName> packs = List.of(new PackName(id.value() + "00000000"));
            simulation.cluster().ask(at, ticket -> new Message.Propose(List.of(
                new Proposal(ticket, id, updates, packs, false))), this::answered, () -> { });
        }

        Optional<PushOutcome> outcomeWithin(long millis) {
            simulation.timeline().runFor(millis);
            return outcome;
        }

        private void answered(Cluster.Reply reply) {
            if (reply.answer() instanceof Answer.HeldBy held) {
                SimulatedNode holder = simulation.cluster().node(held.holder());
                simulation.timeline().after(NOTICE_MILLIS, () -> {
                    if (holder.isUp()) {
                        propose(holder);
                    } else {
                        simulation.cluster().deliver(reply.at(), new Message.Unreachable(held.holder()));
                        propose(reply.at());
                    }
                });
            } else if (reply.answer() instanceof Answer.Settled settled) {
                outcome = Optional.of(settled.outcome());
            }
        }
    }
}
