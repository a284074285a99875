package dev.trine.lab.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** A search over many seeds ends when it is over, when a seed fails, or when somebody ends it. */
class CampaignTest {
    private static SeedResult good(long seed) {
        return new SeedResult(seed, 1, seed, new FaultCounts(), Map.of(), Optional.empty());
    }

    @Test
    void aSearchThatIsInterruptedTellsWhatItFoundAndIsNotASuccess() throws InterruptedException {
        AtomicReference<Campaign> running = new AtomicReference<>();
        running.set(new Campaign(40, 500, 1, seed -> {
            if (seed == 42) {
                running.get().stop();
            }
            return good(seed);
        }));
        Summary summary = running.get().run();
        assertThat(summary.seeds()).isEqualTo(3);
        assertThat(summary.isGood()).isFalse();
        assertThat(summary.toText()).contains("interrupted after 3 of 500 seeds").doesNotContain("passed:");
        assertThat(summary.toMap()).containsEntry("interrupted", true).containsEntry("good", false)
            .containsEntry("seeds", 3L);
    }

    @Test
    void aSearchThatCameToItsEndPasses() throws InterruptedException {
        Summary summary = new Campaign(0, 20, 2, CampaignTest::good).run();
        assertThat(summary.seeds()).isEqualTo(20);
        assertThat(summary.isGood()).isTrue();
        assertThat(summary.toText()).contains("passed:").doesNotContain("interrupted");
    }

    @Test
    void theFirstSeedThatFailsEndsTheSearch() throws InterruptedException {
        Summary summary = new Campaign(0, 500, 1, seed -> seed < 5 ? good(seed)
            : new SeedResult(seed, 1, seed, new FaultCounts(), Map.of(),
                Optional.of(new SeedResult.Failure("I5", 7, "trace")))).run();
        assertThat(summary.seeds()).isEqualTo(6);
        assertThat(summary.failed()).extracting(SeedResult::seed).containsExactly(5L);
        assertThat(summary.isInterrupted()).isFalse();
        assertThat(summary.toText()).contains("FAILED: seed 5");
    }
}
