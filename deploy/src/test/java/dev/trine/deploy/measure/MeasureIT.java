package dev.trine.deploy.measure;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MeasureIT {
    @TempDir
    private Path directory;

    @Test
    void aKillOfTheLockHolderIsMeasuredAndEveryAcknowledgedPushIsFound() throws Exception {
        Map<String, Object> figures = new Failover(1, false, 10).take(directory, sentence -> { });
        assertThat(figures).containsEntry("kills of the lock holder", 1);
        assertThat((Long) figures.get("pushes acknowledged, all found afterwards")).isPositive();
        assertThat((Long) figures.get("next successful push, p50 ms")).isPositive();
    }
}
