package dev.trine.deploy.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Map;

/** Bare repositories in one directory, made by C Git, with the maintenance that an operator would run. */
final class BareRepositories {
    private static final String COMMON = """
        [http]
            receivepack = true
        [uploadpack]
            allowFilter = true
        [gc]
            auto = 0
        """;
    /** What is acknowledged is on the disk. */
    private static final String CGIT = """
        [core]
            fsync = committed,reference
            fsyncMethod = fsync
        """;
    /**
     * The same, and any object may be asked for, as C Git has it in version 2 of the protocol. Of JGit's own
     * maintenance gc.auto stops one half only; the other deletes indexes of packs that are being received (JGit's
     * issue 246).
     */
    private static final String JGIT = """
        [core]
            fsyncObjectFiles = true
            fsyncRefFiles = true
        [receive]
            autogc = false
        [uploadpack]
            allowAnySHA1InWant = true
        """;

    private final Path root;
    private final GitClient git;
    private final String configuration;

    private BareRepositories(Path root, String configuration) throws IOException {
        this.root = Files.createDirectories(root);
        this.git = new GitClient(root.resolveSibling(root.getFileName() + "-home"), Map.of());
        this.configuration = configuration;
    }

    /** For C Git to serve. */
    static BareRepositories ofCGit(Path root) throws IOException {
        return new BareRepositories(root, COMMON + CGIT);
    }

    /** For JGit to serve. */
    static BareRepositories ofJGit(Path root) throws IOException {
        return new BareRepositories(root, COMMON + JGIT);
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
        Files.writeString(path.resolve("config"), configuration, StandardOpenOption.APPEND);
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
