package dev.trine.deploy.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CommitPackTest {
    @TempDir
    private Path directory;

    @Test
    void gitTakesItAndFindsTheCommitsInIt() throws Exception {
        GitClient git = new GitClient(directory.resolve("home"), Map.of());
        Path repository = directory.resolve("home");
        git.run(repository, "init", "-q", "--bare", ".").orFail();
        CommitPack first = CommitPack.of(Optional.empty(), "one");
        CommitPack second = CommitPack.of(Optional.of(first.commit()), "x".repeat(5_000));
        for (CommitPack pack : new CommitPack[] {first, second}) {
            git.feed(repository, in -> in.write(pack.bytes()), "index-pack", "--stdin", "--strict").orFail();
        }
        git.run(repository, "update-ref", "refs/heads/main", second.commit()).orFail();
        git.run(repository, "fsck", "--full", "--strict").orFail();
        assertThat(git.run(repository, "log", "--format=%H", "main").orFail().lines())
            .containsExactly(second.commit(), first.commit());
        assertThat(git.run(repository, "show", "main:file").orFail()).isEqualTo("x".repeat(5_000) + "\n");
    }
}
