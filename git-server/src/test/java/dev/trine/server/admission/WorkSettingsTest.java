package dev.trine.server.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** How many turns a machine has, and how they are shared. */
class WorkSettingsTest {
    private static WorkSettings settings(int userMax, Duration waitMax, int anonymousWeight) {
        return new WorkSettings(0, 0, userMax, 0, 0, 10, 5, waitMax, 4, 2, anonymousWeight);
    }

    @Test
    void turnsComeFromProcessorsAndHeapUnlessTheyAreSet() {
        assertThat(WorkSettings.turns(0, 4, 4L << 30)).isEqualTo(8);
        assertThat(WorkSettings.turns(0, 4, 320L << 20)).isEqualTo(5);
        assertThat(WorkSettings.turns(0, 1, 64L << 20)).isEqualTo(2);
        assertThat(WorkSettings.turns(7, 1, 64L << 20)).isEqualTo(7);
    }

    @Test
    void oneUserGetsThreeQuartersUnlessThatIsSet() {
        assertThat(settings(0, Duration.ofMinutes(1), 1).limits(8))
            .isEqualTo(new QueueLimits(8, 6, 6, 6, 10, 5, new Weights(4, 2, 1)));
        assertThat(settings(5, Duration.ofMinutes(1), 1).limits(8).runningOfLane()).isEqualTo(5);
        assertThat(settings(0, Duration.ofMinutes(1), 1).limits(1).runningOfLane()).isEqualTo(1);
        assertThat(new WorkSettings(0, 0, 5, 4, 3, 10, 5, Duration.ofMinutes(1), 4, 2, 1).limits(8))
            .isEqualTo(new QueueLimits(8, 5, 4, 3, 10, 5, new Weights(4, 2, 1)));
    }

    @Test
    void whatIsNoBoundIsRefused() {
        assertThatThrownBy(() -> settings(-1, Duration.ofMinutes(1), 1)).hasMessageContaining("at least 0");
        assertThatThrownBy(() -> settings(0, Duration.ZERO, 1)).hasMessage("wait-max is longer than 0s");
        assertThatThrownBy(() -> settings(0, Duration.ofMinutes(1), 0)).hasMessage("a weight is 1 to 1000");
        assertThatThrownBy(() -> settings(0, Duration.ofMinutes(1), 1001)).hasMessage("a weight is 1 to 1000");
    }
}
