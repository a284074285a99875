package dev.trine.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trine.common.config.ByteSize;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class PaceTest {
    private long now = 5;
    private final Pace pace = pace(100);

    private Pace pace(long rate) {
        HttpLimits usual = Proxies.limits(Duration.ofMinutes(1), Duration.ofMinutes(1), Duration.ZERO);
        return new Pace(new HttpLimits(1, 1, 1, 1, usual.headerFor(), usual.formFor(), usual.headerMax(),
            usual.inflatedMax(), usual.idleMax(), new ByteSize(rate), Duration.ofSeconds(10), usual.exchangeMax(),
            usual.drainMax(), Duration.ZERO, usual.stopMax()), () -> now);
    }

    private void pass(int seconds) {
        now += Duration.ofSeconds(seconds).toNanos();
    }

    @Test
    void whoSendsNothingIsTooSlowAfterTheGrace() {
        pace.waits();
        pass(10);
        assertThat(pace.isTooSlow()).isFalse();
        pass(1);
        assertThat(pace.isTooSlow()).isTrue();
    }

    @Test
    void bytesBuyTimeAtTheLeastRate() {
        pace.waits();
        pass(9);
        pace.moved(1000);
        pace.waits();
        pass(11);
        assertThat(pace.isTooSlow()).isFalse();
        pass(1);
        assertThat(pace.isTooSlow()).isTrue();
    }

    @Test
    void timeInWhichNobodyWaitsForTheClientDoesNotCount() {
        pace.waits();
        pace.moved(1);
        pass(3600);
        assertThat(pace.isTooSlow()).isFalse();
    }

    @Test
    void withoutALeastRateNobodyIsTooSlow() {
        Pace any = pace(0);
        any.waits();
        pass(3600);
        assertThat(any.isTooSlow()).isFalse();
    }
}
