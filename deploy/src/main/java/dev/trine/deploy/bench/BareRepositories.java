package dev.trine.deploy.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;

/** Bare repositories of C Git in one directory, with the maintenance that an operator would run. */
final class BareRepositories {
    private final Path root;
    private final GitClient git;

    BareRepositories(Path root) throws IOException {
        this.root = Files.createDirectories(root);
        this.git = new GitClient(root.resolveSibling(root.getFileName() + "-home"), Map.of());
    }

    Path root() {
        return root;
    }

    /** Makes an empty one unless it is there. */
    void create(String repository) throws IOException, InterruptedException {
        Path path = path(repository);
        if (Files.exists(path)) {
            return;
        }
        Files.createDirectories(path.getParent());
        git.run(root, "init", "-q", "--bare", "-b", "main", path.toString()).orFail();
        git.run(path, "config", "http.receivepack", "true").orFail();
        git.run(path, "config", "uploadpack.allowFilter", "true").orFail();
        git.run(path, "config", "gc.auto", "0").orFail();
        git.run(path, "config", "core.fsync", "committed,reference").orFail();
        git.run(path, "config", "core.fsyncMethod", "fsync").orFail();
    }

    void repack(String repository) throws IOException, InterruptedException {
        git.run(path(repository), "repack", "-a", "-d", "-b", "-q").orFail();
        git.run(path(repository), "pack-refs", "--all").orFail();
        git.run(path(repository), "commit-graph", "write", "--reachable", "--changed-paths").orFail();
    }

    /** Replaces all its refs. */
    void takeRefs(String repository, Path packedRefs) throws IOException {
        Files.copy(packedRefs, path(repository).resolve("packed-refs"), StandardCopyOption.REPLACE_EXISTING);
    }

    /** Where a repository lies. */
    Path path(String repository) {
        return root.resolve(repository + ".git");
    }
}
