package dev.trine.deploy.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trine.inspector.cli.CommandFailure;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClassArchiveTest {
    @TempDir
    private Path lib;

    @ParameterizedTest
    @CsvSource({
        "24, git-server, -XX:ArchiveClassesAtExit=, -XX:SharedArchiveFile=, git-server.jsa",
        "25, git-server, -XX:AOTCacheOutput=, -XX:AOTCache=, git-server.aot",
        "25, cli, -XX:ArchiveClassesAtExit=, -XX:SharedArchiveFile=, cli.jsa"})
    void anArchiveIsUsedFromWhenItIsPublished(int java, String name, String make, String use, String file)
        throws Exception {
        ClassArchive archive = new ClassArchive(lib, name, java);
        assertThat(archive.make()).contains(make + lib.resolve(file + ".new"));
        assertThatThrownBy(archive::publish).isInstanceOf(CommandFailure.class).hasMessageContaining(file);
        Files.createFile(lib.resolve(file + ".new"));
        assertThat(archive.use()).isEmpty();
        archive.publish();
        assertThat(archive.use()).contains(use + lib.resolve(file));
    }

    @ParameterizedTest
    @ValueSource(strings = {"git-server", "front"})
    void eachProcessUsesTheArchiveOfItsKind(String made) throws Exception {
        Jvm jvm = new Jvm(Path.of("java"), lib, false);
        for (String extension : List.of(".jsa", ".aot")) {
            Files.createFile(lib.resolve(made + extension));
        }
        for (ClusterProcess process : ClusterProcess.values()) {
            assertThat(jvm.commandLine(process, lib).stream().anyMatch(word -> word.contains(lib + "/" + made + ".")))
                .as("%s", process).isEqualTo(process.command().equals(made));
        }
    }

    @Test
    void oneProcessOfEachKindMakesTheArchive() {
        Jvm jvm = new Jvm(Path.of("java"), lib, false).makingArchives();
        assertThat(making(jvm.commandLine(ClusterProcess.N1, lib))).singleElement().asString().contains("/git-server.");
        assertThat(making(jvm.commandLine(ClusterProcess.N2, lib))).isEmpty();
        assertThat(making(jvm.commandLine(ClusterProcess.FRONT, lib))).singleElement().asString().contains("/front.");
        assertThat(making(jvm.command("user"))).singleElement().asString().contains("/cli.jsa");
    }

    private static List<String> making(List<String> words) {
        return words.stream().filter(word -> word.endsWith(".new")).toList();
    }
}
