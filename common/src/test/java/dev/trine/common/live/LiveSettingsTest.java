package dev.trine.common.live;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trine.common.model.Share;
import java.time.Duration;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which settings there are, and which values they may have. */
class LiveSettingsTest {
    @Test
    void theseCanBeChangedLive() {
        assertThat(LiveSettings.ALL).extracting(Setting::name).containsExactly("anonymous-read", "bulk.repositories",
            "bulk.users", "clients.address-calls-max", "clients.anonymous-calls-max", "clients.calls-max",
            "clients.repository-calls-max", "clients.user-calls-max", "limits.inflated-max", "notice",
            "work.packs-max", "work.pushes-max", "work.queue-max", "work.user-max", "work.wait-max");
        assertThat(LiveSettings.ALL).allSatisfy(setting ->
            assertThat(setting.meaning()).isNotBlank().doesNotEndWith("."));
        assertThat(LiveSettings.find("clients.calls-max")).contains(LiveSettings.CALLS_MAX);
        assertThat(LiveSettings.find("clients.calls")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "clients.calls-max, 1, 1", "clients.calls-max, 1000000, 1000000", "clients.calls-max, 007, 7",
        "clients.anonymous-calls-max, 0, 0", "work.wait-max, 60s, 1m", "work.wait-max, 100ms, 100ms",
        "limits.inflated-max, 1024k, 1m", "anonymous-read, ON, on", "anonymous-read, false, off",
        "bulk.repositories, 25%, 25", "bulk.repositories, 0, 0", "notice, 'At 18:00', 'At 18:00'", "notice, '', ''"})
    void isKeptInOneForm(String name, String text, String kept) {
        assertThat(LiveSettings.find(name).orElseThrow().normal(text)).contains(kept);
    }

    @ParameterizedTest
    @CsvSource({
        "clients.calls-max, 0, 'integer, 1 to 1000000'", "clients.calls-max, -1, 'integer, 1 to 1000000'",
        "clients.calls-max, 99999999999, 'integer, 1 to 1000000'", "clients.calls-max, ten, 'integer, 1 to 1000000'",
        "work.wait-max, 99ms, 'duration, 100ms to 1d'", "work.wait-max, 25h, 'duration, 100ms to 1d'",
        "work.wait-max, 5, 'duration, 100ms to 1d'", "limits.inflated-max, 1k, 'size, 64k to 16g'",
        "limits.inflated-max, 999999999999999t, 'size, 64k to 16g'", "anonymous-read, maybe, 'switch, on or off'",
        "bulk.repositories, 101, 'percentage, 0 to 100'", "bulk.repositories, %, 'percentage, 0 to 100'"})
    void anythingElseIsObjectedToWithTypeAndRange(String name, String text, String expected) {
        Setting<?> setting = LiveSettings.find(name).orElseThrow();
        assertThat(setting.normal(text)).isEmpty();
        assertThat(setting.objection(text)).isEqualTo(
            name + " takes a value of type " + expected + ", not '" + text + "'");
    }

    @Test
    void aTextHasNoControlCharactersAndABoundedLength() {
        assertThat(LiveSettings.NOTICE.normal("two\nlines")).contains("two\nlines");
        assertThat(LiveSettings.NOTICE.normal("\u001b[31mred")).isEmpty();
        assertThat(LiveSettings.NOTICE.normal("x".repeat(1_000))).isPresent();
        assertThat(LiveSettings.NOTICE.normal("x".repeat(1_001))).isEmpty();
        assertThat(LiveSettings.NOTICE.objection("x".repeat(1_001))).hasSizeLessThan(200)
            .startsWith("notice takes a value of type text, at most 1000 characters, not 'xxx");
    }

    @Test
    void whereNothingIsSetOrWhatIsSetCannotBeReadTheConfigurationHolds() {
        LiveValues values = new LiveValues(7, Map.of("clients.calls-max", "9", "work.wait-max", "soon", "from.later",
            "x"));
        assertThat(values.get(LiveSettings.CALLS_MAX, 1)).isEqualTo(9);
        assertThat(values.get(LiveSettings.WAIT_MAX, Duration.ofSeconds(2))).isEqualTo(Duration.ofSeconds(2));
        assertThat(values.get(LiveSettings.USER_CALLS_MAX, 5)).isEqualTo(5);
        assertThat(LiveValues.fromProto(values.toProto())).isEqualTo(values);
    }

    @Test
    void aShareIsOnForThoseThatTheSettingsNameChooses() {
        LiveValues values = new LiveValues(1, Map.of("bulk.repositories", "20", "bulk.users", "0"));
        assertThat(IntStream.range(0, 40)
            .filter(i -> values.includes(LiveSettings.BULK_REPOSITORIES, Share.ALL, "repo " + i)).boxed())
            .containsExactly(0, 6, 7, 21, 22, 28, 34, 38);
        assertThat(values.includes(LiveSettings.BULK_USERS, Share.ALL, "repo 0")).isFalse();
        assertThat(LiveValues.NONE.includes(LiveSettings.BULK_USERS, Share.ALL, "repo 1")).isTrue();
    }

    @Test
    void aConfigurationIsNotedAsItIsWritten() {
        Configured configured = new Configured();
        assertThat(configured.get(LiveSettings.WAIT_MAX, Duration.ofMinutes(5))).isEqualTo(Duration.ofMinutes(5));
        configured.get(LiveSettings.BULK_USERS, Share.ALL);
        assertThat(configured.values()).isEqualTo(Map.of("work.wait-max", "5m", "bulk.users", "100"));
    }
}
