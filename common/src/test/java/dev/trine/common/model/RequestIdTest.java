package dev.trine.common.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RequestIdTest {
    @Test
    void oneThatIsMadeIsShortEnoughToReadAloud() {
        assertThat(RequestId.random(new Random(1)).value()).matches("[0-9a-f]{16}");
        assertThat(RequestId.random(new Random(1))).isNotEqualTo(RequestId.random(new Random(2)));
    }

    @Test
    void aClientMayChooseIt() {
        String longest = "a".repeat(RequestId.CHARS_MAX);
        assertThat(RequestId.chosen(longest)).contains(new RequestId(longest));
        assertThat(RequestId.chosen("ci-4711/job:3@host_1.2+x=")).isPresent();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "two words", "a\nb", "\u001b[31m", "quo\"te", "<b>", "\u00e9", "\u202e"})
    void whatWouldNotBeFitForALogIsNone(String text) {
        assertThat(RequestId.chosen(text)).isEmpty();
        assertThatThrownBy(() -> new RequestId(text)).hasMessageStartingWith("not a request id");
    }

    @Test
    void whatIsTooLongIsNone() {
        assertThat(RequestId.chosen("a".repeat(RequestId.CHARS_MAX + 1))).isEmpty();
    }

    @Test
    void itStandsBehindASentence() {
        assertThat(new RequestId("3f9a").on("trine: no")).isEqualTo("trine: no (request 3f9a)");
    }
}
