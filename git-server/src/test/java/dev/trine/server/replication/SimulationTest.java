package dev.trine.server.replication;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** The seeded simulation of the replicated log. */
class SimulationTest {
    /** Seeds of every run; a failure names its seed, {@code -Dsimulation.seed=N} runs that one alone. */
    private static final long SEEDS = 1_200;

    @Test
    void theInvariantsHoldWhateverIsLostRepeatedReorderedOrCrashes() {
        LongStream seeds = Long.getLong("simulation.seed") == null
            ? LongStream.range(0, Long.getLong("simulation.seeds", SEEDS)).parallel()
            : LongStream.of(Long.getLong("simulation.seed"));
        long pushes = seeds.map(seed -> new Simulation(seed, Mutation.NONE).run().pushes()).sum();
        assertThat(pushes).as("pushes that took effect").isPositive();
    }
}
