package dev.trine.deploy.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProgrammeTest {
    private static final Suite SOUND = Suite.own("sound", "works", alone -> alone.figure("one", "ms", 1));
    private static final Suite BROKEN = Suite.own("broken", "breaks", alone -> {
        alone.figure("before it broke", "ms", 2);
        throw new IOException("the node is away");
    });
    private static final Suite COMPARING = Suite.paired("comparing", "compares", contest -> { });

    @TempDir
    private Path directory;
    private final Report report = new Report();
    private final List<String> out = new ArrayList<>();
    private int kept;
    private Programme programme;

    @BeforeEach
    void noTransportHasAPeer() throws IOException {
        programme = new Programme(new Programme.Cast(Map.of(), Map.of(GitHost.Transport.HTTP, "install lighttpd",
            GitHost.Transport.SSH, "install sshd"), LocalCluster.at(directory.resolve("cluster")),
            new Workload(Workload.Amounts.QUICK, directory, directory)), report, () -> kept++, out::add);
    }

    @Test
    void aSuiteThatBreaksCostsTheFiguresOfNoOther() throws Exception {
        programme.run(BROKEN, Optional.empty());
        programme.run(SOUND, Optional.empty());
        assertThat(report.isComplete()).isFalse();
        assertThat(report.summary()).hasSize(3).satisfiesExactly(
            line -> assertThat(line).startsWith("broken ").endsWith("FAILED: the node is away"),
            line -> assertThat(line).startsWith("sound ").endsWith("complete"),
            line -> assertThat(line).startsWith("all ").endsWith("1 of 2 without all their figures"));
        assertThat(json()).contains("before it broke", "\"one\"", "FAILED: the node is away");
        assertThat(kept).isEqualTo(2);
    }

    @Test
    void aSuiteWithoutAPeerSaysWhatToInstallAndTheOthersRun() throws Exception {
        programme.run(COMPARING, Optional.empty());
        programme.run(SOUND, Optional.empty());
        assertThat(report.isComplete()).isFalse();
        assertThat(report.summary()).anyMatch(line -> line.startsWith("comparing over HTTP")
            && line.endsWith("NOT RUN: install lighttpd"));
        assertThat(report.summary()).anyMatch(line -> line.startsWith("comparing over SSH")
            && line.endsWith("NOT RUN: install sshd"));
        assertThat(json()).contains("\"one\"");
    }

    @Test
    void aComparisonRunsOnlyOverTheTransportThatIsAskedFor() throws Exception {
        programme.run(COMPARING, Optional.of(GitHost.Transport.SSH));
        assertThat(report.summary()).hasSize(2).first().asString().startsWith("comparing over SSH");
    }

    @Test
    void aRunWhoseSuitesAllGaveTheirFiguresIsComplete() throws Exception {
        programme.run(SOUND, Optional.empty());
        assertThat(report.isComplete()).isTrue();
        assertThat(report.summary().getLast()).endsWith("complete");
        assertThat(out).anyMatch(line -> line.contains("one")).anyMatch(line -> line.contains("sound"));
    }

    private String json() throws IOException {
        Path file = directory.resolve("bench.json");
        report.write(file, Map.of());
        return Files.readString(file);
    }
}
