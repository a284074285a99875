package dev.trine.deploy.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SyntheticHistoryTest {
    @TempDir
    Path dir;

    @Test
    void gitImportsTheHistoryAndFindsItSound() throws Exception {
        Path repository = imported("a", 7);
        GitClient git = new GitClient(dir.resolve("home"), Map.of());
        assertThat(git.run(repository, "fsck", "--no-dangling", "--strict").orFail()).isEmpty();
        assertThat(git.run(repository, "rev-list", "--count", "--merges", "main").orFail().strip()).isEqualTo("25");
        assertThat(git.run(repository, "for-each-ref", "--format=%(refname)", "refs/tags").orFail().lines())
            .hasSize(10);
        assertThat(git.run(repository, "for-each-ref", "refs/heads/topic").orFail().lines()).hasSize(30);
        assertThat(git.run(repository, "log", "-M", "--diff-filter=R", "--name-status", "main").orFail())
            .containsPattern("R[0-9]{3}\tsrc");
        assertThat(git.run(repository, "cat-file", "-s", "main:assets/big1.bin").orFail().strip()).isEqualTo("65536");
    }

    @Test
    void theSameSeedGivesTheSameHistoryAndAnotherSeedAnother() throws Exception {
        String first = head(imported("a", 7));
        assertThat(head(imported("b", 7))).isEqualTo(first);
        assertThat(head(imported("c", 8))).isNotEqualTo(first);
    }

    private Path imported(String name, long seed) throws Exception {
        Path repository = Files.createDirectory(dir.resolve(name));
        GitClient git = new GitClient(dir.resolve("home"), Map.of());
        git.run(repository, "init", "-q", "--bare", "-b", "main").orFail();
        git.feed(repository, in -> SyntheticHistory.write(new SyntheticHistory.Shape(200, 10, 30, 1 << 16, seed), in),
            "fast-import", "--quiet").orFail();
        return repository;
    }

    private String head(Path repository) throws Exception {
        return new GitClient(dir.resolve("home"), Map.of()).run(repository, "rev-parse", "main").orFail();
    }
}
