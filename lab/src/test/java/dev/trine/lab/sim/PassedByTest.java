package dev.trine.lab.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trine.common.model.Role;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A node is away while everybody whom it knows is replaced, and their disks are lost after that. */
class PassedByTest {
    private static final long SEEDS = 5;
    private static final int MAX_MILLIS = 30_000;
    private static final int STEP_MILLIS = 100;

    @Test
    void aNodeThatKnowsNobodyAnyMoreIsBroughtBackByAReplacement() {
        for (long seed = 0; seed < SEEDS; seed++) {
            Simulation simulation = Simulation.calm(seed);
            simulation.moves().begin();
            simulation.cluster().kill(node(simulation, 3));
            replaces(simulation, 4, 1);
            replaces(simulation, 5, 2);
            losesItsDisk(simulation, 1);
            replaces(simulation, 1, 3);
            losesItsDisk(simulation, 2);
            simulation.timeline().runFor(MAX_MILLIS); // until nobody announces the new members any more
            simulation.cluster().start(node(simulation, 3));
            simulation.timeline().runFor(MAX_MILLIS);
            assertThat(node(simulation, 3).disk().isIn(Role.VOTER)).as("nobody told it, seed %d", seed).isTrue();
            assertThat(node(simulation, 3).disk().state().generation()).isEqualTo(1);

            replaces(simulation, 3, 4);
            assertThat(node(simulation, 3).disk().isIn(Role.VOTER)).isTrue();
            assertThat(node(simulation, 3).disk().state().generation()).as("seed %d", seed).isEqualTo(5);
            assertThat(simulation.faults().of(Fault.PASSED_BY)).isPositive();
        }
    }

    private static SimulatedNode node(Simulation simulation, int number) {
        return simulation.cluster().nodes().get(number - 1);
    }

    /** Has a node take another one's place; returns when it has it. */
    private static void replaces(Simulation simulation, int joining, int leaving) {
        simulation.moves().want(node(simulation, leaving).member().node(), node(simulation, joining).member());
        for (int i = 0; i < MAX_MILLIS / STEP_MILLIS && !simulation.moves().isEmpty(); i++) {
            simulation.timeline().runFor(STEP_MILLIS);
        }
        assertThat(simulation.moves().isEmpty()).as("n%d replaces n%d", joining, leaving).isTrue();
    }

    private static void losesItsDisk(Simulation simulation, int number) {
        SimulatedNode node = node(simulation, number);
        simulation.losses().lost();
        simulation.cluster().kill(node);
        simulation.invariants().forget(node.member());
        node.replaceDisk(new SimulatedDisk(Optional.empty(), Mistakes.NONE));
        simulation.cluster().start(node);
    }
}
