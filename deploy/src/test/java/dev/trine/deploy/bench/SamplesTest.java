package dev.trine.deploy.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class SamplesTest {
    @Test
    void percentilesAreNearestRanks() {
        Samples hundred =
            Samples.ofTimes(LongStream.rangeClosed(1, 100).mapToObj(Duration::ofMillis).toList().reversed());
        assertThat(hundred.median()).isEqualTo(50);
        assertThat(hundred.percentile(99)).isEqualTo(99);
        assertThat(hundred.percentile(0)).isEqualTo(1);
        assertThat(hundred.percentile(100)).isEqualTo(100);
        assertThat(hundred.mean()).isEqualTo(50.5);
    }
}
