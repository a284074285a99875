package dev.trine.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class ReadinessTest {
    private long now = 1_000;
    private boolean answers = true;
    private int asked;
    private final Readiness readiness = new Readiness(() -> {
        asked++;
        return answers;
    }, Duration.ofSeconds(10), () -> now);

    private void pass(Duration time) {
        now += time.toNanos();
    }

    @Test
    void aRouterThatAnsweredALittleAgoIsGoodEnough() {
        assertThat(readiness.obstacle()).isEmpty();
        answers = false;
        pass(Duration.ofSeconds(9));
        assertThat(readiness.obstacle()).isEmpty();
        pass(Duration.ofSeconds(2));
        assertThat(readiness.obstacle()).contains("no shard router has answered this proxy for 10 s (router-recent);"
            + " see that one runs, and can be reached from here");
        answers = true;
        pass(Duration.ofSeconds(1));
        assertThat(readiness.obstacle()).isEmpty();
    }

    @Test
    void whoHasNeverAnsweredIsNotReady() {
        answers = false;
        assertThat(readiness.obstacle().orElseThrow()).contains("since it started");
    }

    @Test
    void aRouterIsAskedOnceASecondHoweverManyWantToKnow() {
        for (int i = 0; i < 100; i++) {
            readiness.obstacle();
        }
        assertThat(asked).isEqualTo(1);
        pass(Duration.ofSeconds(1));
        readiness.obstacle();
        assertThat(asked).isEqualTo(2);
    }

    @Test
    void whoStopsIsNotReady() {
        readiness.stop();
        assertThat(readiness.obstacle()).contains("this proxy stops; use another one");
        assertThat(asked).isZero();
    }
}
