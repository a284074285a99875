package dev.trine.common.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trine.common.model.RefLimits.Change;
import dev.trine.common.model.RefLimits.Limit;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RefLimitsTest {
    @ParameterizedTest
    @CsvSource({
        "refs/heads/main, refs/heads/main, true",
        "refs/heads/main, refs/heads/mainx, false",
        "refs/heads/main, refs/heads/x/main, false",
        "refs/heads/*, refs/heads/main, true",
        "refs/heads/*, refs/heads/a/b, false",
        "refs/heads/**, refs/heads/a/b, true",
        "refs/heads/release/*, refs/heads/release/1.0, true",
        "refs/heads/release-*/x, refs/heads/release-1/x, true",
        "refs/heads/**/x, refs/heads/a/b/x, true",
        "refs/heads/a.b, refs/heads/aXb, false",
        "refs/heads/***, refs/heads/a/b, true",
        "refs/heads/(a|b), refs/heads/a, false"})
    void aPatternStandsForNames(String pattern, String ref, boolean covered) {
        RefLimits limits = new RefLimits(List.of(new Limit(pattern, false, false, false)));
        assertThat(limits.against(ref, Change.FORWARDS).isPresent()).isEqualTo(covered);
    }

    @ParameterizedTest
    @CsvSource({
        "FORWARDS, true, false, false, false",
        "FORWARDS, false, true, true, true",
        "ELSEWHERE, true, true, false, false",
        "ELSEWHERE, true, false, true, true",
        "ELSEWHERE, false, true, true, true",
        "DELETION, false, false, true, false",
        "DELETION, true, true, false, true"})
    void eachChangeHasItsOwnLeave(Change change, boolean push, boolean force, boolean delete, boolean refused) {
        RefLimits limits = new RefLimits(List.of(new Limit("refs/heads/*", true, true, true),
            new Limit("refs/heads/main", push, force, delete)));
        assertThat(limits.against("refs/heads/main", change).isPresent()).isEqualTo(refused);
        assertThat(limits.against("refs/heads/other", change)).isEmpty();
    }

    @Test
    void aLineSeparatorInANameDoesNotTakeItOutOfAPattern() {
        for (String odd : List.of("\u2028", "\u2029", "\u0085", "\ud83d\ude00")) {
            assertThat(isCovered("refs/tags/**", "refs/tags/v1" + odd)).isTrue();
            assertThat(isCovered("refs/tags/*", "refs/tags/" + odd + "v1")).isTrue();
        }
    }

    @Test
    @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void thePatternsThatTakeLongestHoldNoPushUp() {
        String ref = "refs/heads/" + "a".repeat(1_000);
        assertThat(isCovered("refs/heads/" + "*a".repeat(120) + "b", ref)).isFalse();
        assertThat(isCovered("refs/heads/" + "**a".repeat(80) + "b", ref)).isFalse();
        assertThat(isCovered("refs/heads/" + "**a".repeat(80), ref)).isTrue();
    }

    private static boolean isCovered(String pattern, String ref) {
        return new RefLimits(List.of(new Limit(pattern, false, false, false))).against(ref, Change.FORWARDS)
            .isPresent();
    }
}
