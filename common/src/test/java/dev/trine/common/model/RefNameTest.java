package dev.trine.common.model;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RefNameTest {
    @ParameterizedTest
    @ValueSource(strings = {"HEAD", "refs/heads/main", "refs/tags/v1.0", "refs/heads/a/b", "refs/heads/ä", "refs/x/@",
        "refs/heads/-a"})
    void gitAccepts(String name) {
        assertThat(RefName.isLegal(name)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "main", "refs", "refs/", "refs//a", "refs/heads/", "refs/heads/a..b", "refs/heads/.a",
        "refs/heads/a.lock", "refs/heads/a.lock/b", "refs/heads/a ", "refs/heads/a~1", "refs/heads/a^", "refs/a:b",
        "refs/a?", "refs/a*", "refs/a[", "refs/a\\b", "refs/a@{b", "refs/heads/a.", "refs/a\u0001", "refs/a\u007f"})
    void gitRefuses(String name) {
        assertThat(RefName.isLegal(name)).isFalse();
    }

    @Test
    void aNameHasAtMostSoManyBytes() {
        String start = "refs/heads/";
        int left = RefName.BYTES_MAX - start.length();
        assertThat(RefName.isLegal(start + "a".repeat(left))).isTrue();
        assertThat(RefName.isLegal(start + "a".repeat(left + 1))).isFalse();
        assertThat(RefName.isLegal(start + "\u00e4".repeat(left / 2))).isTrue();
        assertThat(RefName.isLegal(start + "\u00e4".repeat(left / 2 + 1))).isFalse();
        assertThat(RefName.isLegal(start + "\ud83d\ude00".repeat(left / 4))).isTrue();
        assertThat(RefName.isLegal(start + "\ud83d\ude00".repeat(left / 4 + 1))).isFalse();
    }
}
