package dev.trine.common.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ShareTest {
    /** By another implementation: SHA-256 of "team", a zero byte and "team/app", eight bytes modulo 100. */
    private static final int PLACE = 50;
    private static final List<String> IDS = IntStream.range(0, 2_000).mapToObj(i -> "team/r" + i).toList();

    private static List<String> in(String name, int percent) {
        Share share = new Share(percent);
        return IDS.stream().filter(id -> share.contains(name, id)).toList();
    }

    @Test
    void itIsAboutAsManyAsItSays() {
        assertThat(in("x", 0)).isEmpty();
        assertThat(in("x", 100)).isEqualTo(IDS);
        assertThat(in("x", 30)).hasSizeBetween(500, 700);
        assertThat(Share.ALL).isEqualTo(new Share(100));
    }

    @Test
    void raisingItTakesNobodyOut() {
        for (int percent = 0; percent < 100; percent++) {
            assertThat(in("x", percent + 1)).containsAll(in("x", percent));
        }
    }

    @Test
    void anotherNameTakesOthers() {
        assertThat(in("x", 50).stream().filter(in("y", 50)::contains)).hasSizeBetween(400, 600);
    }

    @Test
    void itIsTheSameInEveryVersion() {
        assertThat(new Share(PLACE).contains("team", "team/app")).isFalse();
        assertThat(new Share(PLACE + 1).contains("team", "team/app")).isTrue();
        assertThat(IntStream.range(0, 40).filter(i -> new Share(20).contains("bulk.repositories", "repo " + i)).boxed())
            .containsExactly(0, 6, 7, 21, 22, 28, 34, 38);
    }

    @Test
    void aPercentageIsOne() {
        assertThatThrownBy(() -> new Share(101)).hasMessage("a percentage is between 0 and 100, not 101");
        assertThatThrownBy(() -> new Share(-1)).hasMessageContaining("not -1");
    }
}
