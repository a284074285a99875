package dev.trine.deploy.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;

/** A repository with one commit, for a first push; it is the user's to change. */
final class ExampleRepository {
    private static final String NAME = "trine example";
    private static final String MAIL = "trine@example.invalid";
    private static final Map<String, String> AUTHOR = Map.of("GIT_AUTHOR_NAME", NAME, "GIT_AUTHOR_EMAIL", MAIL,
        "GIT_COMMITTER_NAME", NAME, "GIT_COMMITTER_EMAIL", MAIL, "GIT_CONFIG_NOSYSTEM", "1");

    private ExampleRepository() {
    }

    /** Makes it, unless it exists. */
    static void prepare(ClusterDirectory directory) {
        if (Files.exists(directory.example().resolve(".git/refs/heads/main"))) {
            return;
        }
        try {
            Files.createDirectories(directory.example());
            Files.writeString(directory.example().resolve("README"), "Push me to three machines.\n");
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + directory.example(), e);
        }
        for (List<String> command : List.of(
            List.of("git", "init", "-q"),
            List.of("git", "symbolic-ref", "HEAD", "refs/heads/main"),
            List.of("git", "add", "README"),
            List.of("git", "-c", "commit.gpgSign=false", "commit", "-q", "-m", "Say hello"))) {
            Shell.run(directory.example(), AUTHOR, command);
        }
    }
}
