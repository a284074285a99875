package dev.trine.server.replica;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trine.common.model.RepoId;
import org.junit.jupiter.api.Test;

class LooksTest {
    private static final RepoId REPO = new RepoId("00112233445566778899aabbccddeeff");

    private final Looks looks = new Looks();

    @Test
    void whoAsksWhileALookWaitsJoinsIt() {
        assertThat(looks.joins(REPO)).isFalse();
        assertThat(looks.begins(REPO)).isTrue();
        assertThat(looks.joins(REPO)).isTrue();
        assertThat(looks.begins(REPO)).isFalse();
        looks.starts(REPO);
        assertThat(looks.isWantedAgain(REPO)).as("asked before it started").isFalse();
        assertThat(looks.begins(REPO)).as("it has ended").isTrue();
    }

    @Test
    void whoAsksWhileALookIsUnderWayHasItRepeatedOnce() {
        looks.begins(REPO);
        looks.starts(REPO);
        assertThat(looks.joins(REPO)).isTrue();
        assertThat(looks.joins(REPO)).isTrue();
        assertThat(looks.isWantedAgain(REPO)).isTrue();
        looks.starts(REPO);
        assertThat(looks.isWantedAgain(REPO)).isFalse();
    }

    @Test
    void aLookThatFailedIsForgotten() {
        looks.begins(REPO);
        looks.starts(REPO);
        looks.joins(REPO);
        looks.fails(REPO);
        assertThat(looks.begins(REPO)).isTrue();
    }
}
