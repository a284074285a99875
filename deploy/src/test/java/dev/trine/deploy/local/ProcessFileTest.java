package dev.trine.deploy.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process is ours only if it is the one that we started. */
class ProcessFileTest {
    private final List<Process> started = new ArrayList<>();
    @TempDir
    private Path directory;

    @AfterEach
    void end() throws InterruptedException {
        for (Process process : started) {
            process.destroyForcibly().waitFor();
        }
    }

    private ClusterDirectory cluster() {
        return ClusterDirectory.at(directory);
    }

    private ProcessHandle process(String argument) throws IOException {
        Process process = new ProcessBuilder("/bin/sh", "-c", "read line", "trine", argument).start();
        started.add(process);
        return process.toHandle();
    }

    @Test
    void aProcessWithOurConfigurationIsOurs() throws Exception {
        ProcessHandle n1 = process(cluster().conf("n1").toString());
        ProcessFile file = new ProcessFile(cluster(), ClusterProcess.N1);
        file.write(n1);
        assertThat(file.running()).contains(n1);
        assertThat(directory.resolve("run/n1.pid")).hasContent(n1.pid() + "\n");
    }

    @Test
    void aStrangerWithTheSameNumberIsNotTouched() throws Exception {
        ProcessHandle stranger = process("something else");
        ProcessFile file = new ProcessFile(cluster(), ClusterProcess.N1);
        file.write(stranger);
        assertThat(file.running()).isEmpty();
        new Processes(cluster(), sentence -> { }).stopAll();
        assertThat(stranger.isAlive()).isTrue();
    }

    @Test
    void aDeadProcessDoesNotRun() throws Exception {
        ProcessHandle n1 = process(cluster().conf("n1").toString());
        ProcessFile file = new ProcessFile(cluster(), ClusterProcess.N1);
        file.write(n1);
        end();
        assertThat(file.running()).isEmpty();
    }

    @Test
    void stoppingEndsOursAndForgetsIt() throws Exception {
        ProcessHandle n2 = process(cluster().conf("n2").toString());
        new ProcessFile(cluster(), ClusterProcess.N2).write(n2);
        Processes processes = new Processes(cluster(), sentence -> { });
        assertThat(processes.running()).containsExactly(ClusterProcess.N2);
        processes.stopAll();
        assertThat(processes.running()).isEmpty();
        assertThat(directory.resolve("run/n2.pid")).doesNotExist();
    }

    @Test
    void aFileWithoutANumberMeansThatNothingRuns() throws Exception {
        Files.createDirectories(directory.resolve("run"));
        Files.writeString(directory.resolve("run/n1.pid"), "not a number\n");
        assertThat(new ProcessFile(cluster(), ClusterProcess.N1).running()).isEmpty();
    }
}
