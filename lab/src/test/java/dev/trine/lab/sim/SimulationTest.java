package dev.trine.lab.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** A short search, and that a run can be had again; the long one is {@code trine lab sim}. */
class SimulationTest {
    private static final long SEEDS = 1_000;

    @Test
    void theInvariantsHoldInEverySeedAndEveryFaultHappensInSome() {
        List<SeedResult> results = LongStream.range(0, SEEDS).parallel().mapToObj(Simulation::run).toList();
        FaultCounts faults = new FaultCounts();
        results.forEach(result -> {
            assertThat(result.failure()).as("seed %d", result.seed()).isEmpty();
            faults.add(result.faults());
        });
        assertThat(faults.missing()).as("faults that never happened").isEmpty();
    }

    @Test
    void theSameSeedIsTheSameRun() {
        for (long seed = 0; seed < 20; seed++) {
            List<String> first = new ArrayList<>();
            List<String> second = new ArrayList<>();
            SeedResult one = Simulation.run(seed, first::add);
            SeedResult other = Simulation.run(seed, second::add);
            assertThat(second).as("trace of seed %d", seed).isEqualTo(first);
            assertThat(other.fingerprint()).isEqualTo(one.fingerprint())
                .isEqualTo(Simulation.run(seed).fingerprint());
            assertThat(other.events()).isEqualTo(one.events());
        }
    }

    @Test
    void anotherSeedIsAnotherRun() {
        assertThat(LongStream.range(0, 50).map(seed -> Simulation.run(seed).fingerprint()).distinct().count())
            .isEqualTo(50);
    }
}
