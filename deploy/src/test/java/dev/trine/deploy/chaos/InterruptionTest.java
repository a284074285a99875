package dev.trine.deploy.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Ctrl-C cuts waits short, and never lengthens one. */
class InterruptionTest {
    private static final Duration LONGEST = Duration.ofMinutes(5);

    @Test
    void aWaitLastsAsLongAsItMayUnlessSomebodyInterrupts() {
        Interruption interruption = new Interruption();
        assertThat(interruption.isOver(0, LONGEST, LONGEST.toNanos())).isFalse();
        assertThat(interruption.isOver(0, LONGEST, LONGEST.toNanos() + 1)).isTrue();
        interruption.come(seconds(100));
        assertThat(interruption.isOver(0, LONGEST, seconds(120))).isFalse();
        assertThat(interruption.isOver(0, LONGEST, seconds(121))).isTrue();
        assertThat(interruption.isOver(0, Duration.ofSeconds(60), seconds(101))).isTrue();
    }

    @Test
    void aWaitThatBeginsAfterwardsIsShortToo() {
        Interruption interruption = new Interruption();
        interruption.come(seconds(100));
        assertThat(interruption.isOver(seconds(200), LONGEST, seconds(219))).isFalse();
        assertThat(interruption.isOver(seconds(200), LONGEST, seconds(221))).isTrue();
    }

    @Test
    void nothingIsPausedForOnceItHasCome() throws InterruptedException {
        Interruption interruption = new Interruption();
        interruption.come(System.nanoTime());
        interruption.pause(Duration.ofDays(1));
        assertThat(interruption.hasCome()).isTrue();
    }

    private static long seconds(long seconds) {
        return Duration.ofSeconds(seconds).toNanos();
    }
}
