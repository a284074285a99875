package dev.trine.deploy.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trine.inspector.cli.CommandFailure;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClassArchiveTest {
    @TempDir
    private Path lib;

    @Test
    void anArchiveIsUsedFromWhenItIsPublished() throws Exception {
        Jvm jvm = new Jvm(Path.of("java"), lib, false);
        ClassArchive archive = new ClassArchive(lib, "git-server");
        String use = "-XX:SharedArchiveFile=" + lib.resolve("git-server.jsa");
        assertThatThrownBy(archive::publish).isInstanceOf(CommandFailure.class).hasMessageContaining("git-server.jsa");
        Files.createFile(lib.resolve("git-server.jsa.new"));
        assertThat(jvm.commandLine(ClusterProcess.N1, lib)).doesNotContain(use);
        archive.publish();
        assertThat(jvm.commandLine(ClusterProcess.N1, lib)).contains(use);
        assertThat(jvm.commandLine(ClusterProcess.N3, lib)).contains(use);
        assertThat(jvm.commandLine(ClusterProcess.FRONT, lib)).doesNotContain(use);
    }

    @Test
    void oneProcessOfEachKindMakesTheArchive() {
        Jvm jvm = new Jvm(Path.of("java"), lib, false).makingArchives();
        String make = "-XX:ArchiveClassesAtExit=" + lib;
        assertThat(jvm.commandLine(ClusterProcess.N1, lib)).contains(make + "/git-server.jsa.new");
        assertThat(jvm.commandLine(ClusterProcess.N2, lib)).noneMatch(word -> word.startsWith(make));
        assertThat(jvm.commandLine(ClusterProcess.FRONT, lib)).contains(make + "/front.jsa.new");
        assertThat(jvm.command("user")).contains(make + "/cli.jsa.new").endsWith("user");
    }
}
