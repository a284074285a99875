package dev.trine.deploy.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class SamplesTest {
    @Test
    void percentilesAreNearestRanks() {
        Samples hundred = new Samples(LongStream.rangeClosed(1, 100).mapToObj(Duration::ofMillis).toList().reversed());
        assertThat(hundred.medianMillis()).isEqualTo(50);
        assertThat(hundred.percentileMillis(99)).isEqualTo(99);
        assertThat(hundred.percentileMillis(0)).isEqualTo(1);
        assertThat(hundred.percentileMillis(100)).isEqualTo(100);
    }
}
