package dev.trine.router.directory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trine.router.fixture.SettableClock;
import dev.trine.router.metadata.Credential;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** When last known words are forgotten. */
class LayersTest {
    private static final Duration AGE_MAX = Duration.ofHours(1);
    private static final int MANY = 150;

    @TempDir
    private Path directory;

    private final SettableClock clock = new SettableClock(Instant.parse("2026-11-22T08:00:00Z"));
    private Layers layers;

    @BeforeEach
    void open() throws Exception {
        layers = Layers.open(directory.resolve("cache"), new Seal(new byte[32]), clock, Duration.ofNanos(1), AGE_MAX);
        IntStream.range(0, MANY).forEach(i -> learn("old" + i));
        clock.forward(Duration.ofSeconds(1));
        learn("new");
    }

    @AfterEach
    void close() {
        layers.close();
    }

    private void learn(String key) {
        layers.learn(key, CacheFormat.CREDENTIAL, Credential.unlimited("token 1", 1));
    }

    private Layers.Sweep sweep() {
        return layers.sweep(clock.instant(), 1.0 / 3);
    }

    @Test
    void aGreatLossIsNotBelievedUntilWhatIsLostIsTooOldToBeUsed() {
        assertThat(sweep()).isEqualTo(new Layers.Sweep(MANY, MANY + 1, false));
        assertThat(layers.isKept("old0")).isTrue();
        clock.forward(AGE_MAX);
        learn("new");
        assertThat(sweep()).isEqualTo(new Layers.Sweep(0, 1, true));
        assertThat(layers.isKept("old0")).isFalse();
        assertThat(layers.isKept("new")).isTrue();
    }

    @Test
    void aSmallLossIsBelieved() {
        IntStream.range(50, MANY).forEach(i -> learn("old" + i));
        assertThat(sweep()).isEqualTo(new Layers.Sweep(50, MANY + 1, true));
        assertThat(layers.isKept("old0")).isFalse();
        assertThat(layers.isKept("old50")).isTrue();
    }
}
