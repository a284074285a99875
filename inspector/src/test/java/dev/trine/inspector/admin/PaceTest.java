package dev.trine.inspector.admin;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class PaceTest {
    private final Pace pace = new Pace();

    private void seen(long second, long done) {
        pace.seen(TimeUnit.SECONDS.toNanos(second), done);
    }

    @Test
    void oneLookTellsNoPace() {
        assertThat(pace.perSecond()).isEmpty();
        seen(1, 100);
        assertThat(pace.perSecond()).isEmpty();
        assertThat(pace.until(100)).isEmpty();
    }

    @Test
    void thePaceIsThatOfTheLastSeconds() {
        seen(0, 0);
        seen(10, 1000);
        assertThat(pace.perSecond()).contains(100.0);
        assertThat(pace.until(450)).contains(Duration.ofSeconds(5));
        seen(20, 1010);
        seen(30, 1020);
        assertThat(pace.perSecond()).contains(1.0);
    }

    @Test
    void whatStandsStillHasNoEnd() {
        seen(0, 5);
        seen(10, 5);
        assertThat(pace.until(1)).isEmpty();
    }
}
