package dev.trine.lab.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.OptionalLong;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The seeded simulation of the replicated log (docs/SIMULATION.md says how to replay a seed). */
class SimulationTest {
    /** Seeds of every run; a failure names its seed, {@code -Dsimulation.seed=N} runs that one alone. */
    private static final long SEEDS = 1_500;
    /** So many seeds at most until a planted mistake must have been seen. */
    private static final long SEEDS_PER_MISTAKE = 1_000;

    @Test
    void theInvariantsHoldWhateverIsLostRepeatedReorderedOrCrashes() {
        LongStream seeds = Long.getLong("simulation.seed") == null
            ? LongStream.range(0, Long.getLong("simulation.seeds", SEEDS)).parallel()
            : LongStream.of(Long.getLong("simulation.seed"));
        long pushes = seeds.map(seed -> new Simulation(seed, Mutation.NONE).run().pushes()).sum();
        assertThat(pushes).as("pushes that took effect").isPositive();
    }

    @ParameterizedTest
    @EnumSource(value = Mutation.class, mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void aPlantedMistakeIsCaught(Mutation mistake) {
        OptionalLong seed = LongStream.range(0, SEEDS_PER_MISTAKE).parallel()
            .filter(each -> isCaught(each, mistake)).findAny();
        assertThat(seed).as("a seed that shows " + mistake).isPresent();
    }

    private static boolean isCaught(long seed, Mutation mistake) {
        try {
            new Simulation(seed, mistake).run();
            return false;
        } catch (AssertionError caught) {
            return true;
        }
    }
}
