package dev.trine.common.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Who belongs to a share: always the same, and nobody is taken out when it grows. */
class PercentTest {
    private static final long SEED = 20261122;

    private static List<String> ids(int count) {
        Random random = new Random(SEED);
        return IntStream.range(0, count)
            .mapToObj(i -> String.format("%016x%016x", random.nextLong(), random.nextLong())).toList();
    }

    private static boolean includes(int percent, String id) {
        LiveValues values = new LiveValues(1, Map.of("bulk.repositories", String.valueOf(percent)));
        return values.includes(LiveSettings.BULK_REPOSITORIES, Percent.ALL, id);
    }

    @Test
    void aGreaterShareTakesNobodyOut() {
        for (String id : ids(500)) {
            boolean before = false;
            for (int percent = 0; percent <= 100; percent++) {
                boolean now = includes(percent, id);
                assertThat(now || !before).as("%s at %d", id, percent).isTrue();
                assertThat(includes(percent, id)).isEqualTo(now);
                before = now;
            }
            assertThat(includes(0, id)).isFalse();
            assertThat(includes(100, id)).isTrue();
        }
    }

    @Test
    void aShareIsAboutAsLargeAsItSays() {
        List<String> ids = ids(10_000);
        for (int percent : List.of(1, 10, 50, 90, 99)) {
            long in = ids.stream().filter(id -> includes(percent, id)).count();
            assertThat(in).as("%d percent", percent).isBetween(percent * 100L - 160, percent * 100L + 160);
        }
    }

    @Test
    void anotherSettingChoosesOthers() {
        Percent half = new Percent(50);
        long same = ids(10_000).stream()
            .filter(id -> half.includes("bulk.users", id) == half.includes("bulk.repositories", id)).count();
        assertThat(same).isBetween(4_700L, 5_300L);
    }

    @Test
    void theChoiceIsTheSameInEveryRelease() {
        assertThat(IntStream.range(0, 40).filter(i -> new Percent(20).includes("bulk.repositories", "repo " + i))
            .boxed().toList()).isEqualTo(List.of(0, 6, 7, 21, 22, 28, 34, 38));
    }

    @Test
    void aPercentageIsZeroToHundred() {
        assertThatThrownBy(() -> new Percent(101)).hasMessage("a percentage is 0 to 100, not 101");
        assertThatThrownBy(() -> new Percent(-1)).isInstanceOf(IllegalArgumentException.class);
    }
}
