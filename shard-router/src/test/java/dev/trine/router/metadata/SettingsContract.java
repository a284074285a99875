package dev.trine.router.metadata;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trine.router.metadata.Settings.Wanted;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** What every metadata database must do with live settings. */
abstract class SettingsContract extends AccessContract {
    private static Wanted wanted(String name, String value) {
        return new Wanted(name, Optional.of(value), "ann", "because", OptionalLong.empty());
    }

    private static Wanted expecting(String name, String value, long version) {
        return new Wanted(name, Optional.of(value), "bob", "", OptionalLong.of(version));
    }

    private SettingChange made(Wanted wanted) {
        return metadata.settings().make(wanted).orElseThrow();
    }

    @Test
    void aSettingHasItsNewestValueAndAllItsChanges() {
        assertThat(metadata.settings().newest()).isEmpty();
        assertThat(metadata.settings().newest("b")).isEmpty();
        SettingChange first = made(wanted("b", "1"));
        assertThat(first).isEqualTo(new SettingChange(1, "b", Optional.of("1"), "ann", first.at(), "because"));
        assertThat(first.at().toEpochMilli()).isEqualTo(clock.millis());
        SettingChange other = made(wanted("a", ""));
        SettingChange second = made(wanted("b", "x".repeat(998) + "\n\u2603"));
        assertThat(metadata.settings().newest()).containsExactly(other, second);
        assertThat(metadata.settings().newest("b")).contains(second);
        assertThat(metadata.settings().history(Optional.of("b"), 10)).containsExactly(second, first);
        assertThat(metadata.settings().history(Optional.empty(), 2)).containsExactly(second, other);
        assertThat(metadata.settings().change("b", 1)).contains(first);
        assertThat(metadata.settings().change("a", 1)).isEmpty();
        SettingChange taken = made(new Wanted("b", Optional.empty(), "ann", "", OptionalLong.empty()));
        assertThat(metadata.settings().newest("b")).contains(taken);
        assertThat(taken.value()).isEmpty();
        assertThat(metadata.settings().newest("B")).isEmpty();
    }

    @Test
    void aChangeIsMadeOnlyOfTheVersionThatIsExpected() {
        assertThat(metadata.settings().make(expecting("a", "1", 1))).isEmpty();
        assertThat(made(expecting("a", "1", 0)).version()).isEqualTo(1);
        made(wanted("b", "1"));
        assertThat(metadata.settings().make(expecting("a", "2", 0))).isEmpty();
        assertThat(metadata.settings().make(expecting("a", "2", 2))).isEmpty();
        assertThat(made(expecting("a", "2", 1)).version()).isEqualTo(3);
        assertThat(metadata.settings().history(Optional.empty(), 10)).hasSize(3);
    }

    @Test
    void ofChangesAtTheSameMomentEachHasItsOwnVersionAndOneGetsWhatItExpected() throws Exception {
        List<Optional<SettingChange>> any = atOnce(6, () -> metadata.settings().make(wanted("a", "1")));
        assertThat(any).allMatch(Optional::isPresent);
        List<SettingChange> history = metadata.settings().history(Optional.empty(), 100);
        assertThat(history.stream().map(SettingChange::version).sorted().toList())
            .isEqualTo(LongStream.rangeClosed(1, 6).boxed().toList());
        List<Optional<SettingChange>> expecting =
            atOnce(6, () -> metadata.settings().make(expecting("a", "2", history.getFirst().version())));
        assertThat(expecting.stream().filter(Optional::isPresent)).hasSize(1);
    }

    @Test
    void theTimesOfChangesGrowWhateverTheClockSays() {
        SettingChange first = made(wanted("a", "1"));
        assertThat(made(wanted("b", "1")).at()).isEqualTo(first.at().plusMillis(1));
        clock.forward(Duration.ofSeconds(-60));
        assertThat(made(wanted("c", "1")).at()).isEqualTo(first.at().plusMillis(2));
        clock.forward(Duration.ofSeconds(120));
        assertThat(made(wanted("a", "2")).at().toEpochMilli()).isEqualTo(clock.millis());
    }
}
