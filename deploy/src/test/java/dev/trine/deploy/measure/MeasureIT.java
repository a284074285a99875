package dev.trine.deploy.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.trine.deploy.bench.LocalCluster;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
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

    @Test
    void oneThatIsToldToEndEndsItsClusterAndLeavesNothing() throws Exception {
        Process command = new ProcessBuilder(failover()).redirectOutput(directory.resolve("out").toFile())
            .redirectError(directory.resolve("err").toFile()).start();
        try {
            await().atMost(Duration.ofMinutes(2)).until(() -> !clusterProcesses().isEmpty());
            List<Long> cluster = clusterProcesses();
            // SIGTERM
            command.destroy();
            await().atMost(Duration.ofMinutes(2)).until(() -> !command.isAlive());
            // one that has ended is seen until its parent looks
            await().atMost(Duration.ofMinutes(2)).until(() ->
                cluster.stream().noneMatch(pid -> ProcessHandle.of(pid).isPresent()));
            assertThat(entries(directory).filter(each -> each.startsWith("trine-measure")))
                .as(Files.readString(directory.resolve("err"))).isEmpty();
        } finally {
            command.destroyForcibly();
        }
    }

    /** The launcher becomes the command's own process. */
    private List<String> failover() {
        return List.of("env", "JDK_JAVA_OPTIONS=-Djava.io.tmpdir=" + directory, System.getProperty(
            LocalCluster.LAUNCHER), "lab", "measure", "failover");
    }

    private List<Long> clusterProcesses() {
        return entries(directory).filter(each -> each.startsWith("trine-measure"))
            .map(each -> directory.resolve(each).resolve("cluster/run")).flatMap(MeasureIT::processIds).toList();
    }

    private static Stream<Long> processIds(Path run) {
        return entries(run).filter(each -> each.endsWith(".pid")).map(each -> {
            try {
                return Long.valueOf(Files.readString(run.resolve(each)).strip());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    private static Stream<String> entries(Path directory) {
        if (!Files.isDirectory(directory)) {
            return Stream.empty();
        }
        try (Stream<Path> all = Files.list(directory)) {
            return all.map(each -> each.getFileName().toString()).toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
