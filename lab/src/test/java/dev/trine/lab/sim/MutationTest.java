package dev.trine.lab.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The lab must be able to fail: each planted mistake is caught, and it is told how many seeds it took. */
class MutationTest {
    /** So many seeds at most. */
    private static final long SEEDS_MAX = 4_000;

    @ParameterizedTest
    @EnumSource(Mutation.class)
    void aPlantedMistakeIsCaught(Mutation mistake) {
        Optional<SeedResult> caught = LongStream.range(0, SEEDS_MAX).parallel()
            .mapToObj(seed -> Simulation.run(seed, mistake.planted(), Optional.empty()))
            .filter(result -> result.failure().isPresent()).findFirst();
        assertThat(caught).as("a seed that shows " + mistake).isPresent();
        caught.ifPresent(result -> System.out.printf("%-22s caught in seed %d: %s%n", mistake, result.seed(),
            result.failure().orElseThrow().what().lines().findFirst().orElseThrow().split(": \\[")[0]));
    }
}
