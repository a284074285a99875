package dev.trine.server.replica;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trine.server.replica.PeerHealth.Change;
import dev.trine.server.replica.PeerHealth.Failure;
import org.junit.jupiter.api.Test;

/** A peer that does not answer is remembered, and so is its return. */
class PeerHealthTest {
    private static final long TRIAL = PeerHealth.TRIAL_EVERY.toNanos();

    private final PeerHealth health = new PeerHealth();

    @Test
    void aRefusedConnectionMeansDownAtOnce() {
        assertThat(health.failed(Failure.REFUSED, 0)).isEqualTo(Change.WENT_DOWN);
        assertThat(health.mayCall(1)).isFalse();
    }

    @Test
    void oneMissingAnswerIsForgivenTwoInARowAreNot() {
        assertThat(health.failed(Failure.SILENT, 0)).isEqualTo(Change.NONE);
        assertThat(health.answered()).isEqualTo(Change.NONE);
        assertThat(health.failed(Failure.SILENT, 0)).isEqualTo(Change.NONE);
        assertThat(health.mayCall(0)).isTrue();
        assertThat(health.failed(Failure.SILENT, 0)).isEqualTo(Change.WENT_DOWN);
        assertThat(health.mayCall(0)).isFalse();
    }

    @Test
    void aPeerThatIsDownIsTriedOncePerInterval() {
        health.failed(Failure.REFUSED, 0);
        assertThat(health.mayCall(TRIAL - 1)).isFalse();
        assertThat(health.mayCall(TRIAL)).isTrue();
        assertThat(health.mayCall(TRIAL)).isFalse();
        assertThat(health.failed(Failure.SILENT, TRIAL + 1)).isEqualTo(Change.NONE);
        assertThat(health.mayCall(2 * TRIAL)).isTrue();
    }

    @Test
    void theFirstAnswerBringsItBackEvenWhenClockValuesWrapAround() {
        health.failed(Failure.REFUSED, Long.MAX_VALUE - 1);
        assertThat(health.mayCall(Long.MAX_VALUE)).isFalse();
        assertThat(health.mayCall(Long.MAX_VALUE - 1 + TRIAL)).isTrue();
        assertThat(health.answered()).isEqualTo(Change.CAME_BACK);
        assertThat(health.isDown()).isFalse();
        assertThat(health.mayCall(0)).isTrue();
    }
}
