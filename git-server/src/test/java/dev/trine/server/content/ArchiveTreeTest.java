package dev.trine.server.content;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trine.server.hosting.Git;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.eclipse.jgit.internal.storage.file.FileRepository;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectReader;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What looking through a tree may cost. */
class ArchiveTreeTest {
    @TempDir
    private Path directory;
    private FileRepository repository;
    private ObjectReader reader;
    private int shown;

    @BeforeEach
    void make() throws IOException {
        Git git = new Git(directory);
        git.run("init", "--quiet");
        for (int i = 0; i < 10; i++) {
            Files.writeString(directory.resolve("file" + i), "x");
        }
        Files.writeString(directory.resolve(".gitattributes"), "*x*x*x export-ignore\n");
        git.run("add", ".");
        git.commit("files");
        repository = new FileRepository(directory.resolve(".git").toFile());
        reader = repository.newObjectReader();
    }

    @AfterEach
    void close() {
        reader.close();
        repository.close();
    }

    /** Counts files. */
    private final class Counting implements ArchiveTree.Visitor {
        @Override
        public void directory(String path) {
            // there is none
        }

        @Override
        public void file(String path, boolean executable, ObjectId content) {
            shown++;
        }

        @Override
        public void link(String path, ObjectId target) {
            // there is none
        }
    }

    private void visit(Presence clients) throws IOException {
        new ArchiveTree(reader, 1000, clients).visit(repository.resolve("HEAD^{tree}"), List.of(), new Counting());
    }

    @Test
    void nothingMoreIsLookedAtWhenNobodyWaits() throws IOException {
        visit(() -> { });
        assertThat(shown).isEqualTo(11);
        assertThatThrownBy(() -> visit(() -> {
            if (shown == 13) {
                throw new IOException("gone");
            }
        })).hasMessage("gone");
        assertThat(shown).isEqualTo(13);
    }

    @Test
    void rulesThatCostTooMuchToCompareAreRefused() throws IOException {
        ExportRules rules = new ExportRules(reader, 100);
        rules.enter("", repository.resolve("HEAD^{tree}"));
        assertThat(rules.ignores("xxx", false)).isTrue();
        assertThatThrownBy(() -> rules.ignores("x".repeat(100), false)).isInstanceOfSatisfying(
            NotServedException.class, e -> assertThat(e.head()).isEqualTo(new Head.TooLarge("to compare the rules"
                + " about export-ignore with the paths of this archive takes more than 100 steps, a limit which cannot"
                + " be set; ask for parts of it, with path")));
    }
}
