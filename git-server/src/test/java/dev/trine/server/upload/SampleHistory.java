package dev.trine.server.upload;

import dev.trine.server.hosting.Git;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A bare repository made by C Git: 30 commits on main, one a day, with a side branch of five merged half way; files at
 * several depths, of sizes around a limit; annotated, nested and lightweight tags, a tag of a blob, a ref outside the
 * usual name spaces.
 */
final class SampleHistory {
    /** Commit time of the first commit, in seconds; each next one is a day later. */
    static final long FIRST_SECONDS = 1_700_000_000L;
    /** Seconds between commits. */
    static final long DAY_SECONDS = 86_400L;

    private static final int COMMITS = 30;
    private static final int FORK = 10;
    private static final int SIDE_COMMITS = 5;
    private static final int MERGE = 20;

    private final StringBuilder stream = new StringBuilder();

    private SampleHistory() {
    }

    /** Makes it in a directory that does not exist. */
    static void create(Path directory) throws IOException {
        Files.createDirectories(directory);
        Git git = new Git(directory);
        git.run("init", "--quiet", "--bare", "--template=", ".");
        git.feed(new SampleHistory().history(), "fast-import", "--quiet");
        git.run("tag", "-a", "-m", "one", "v1", "main~20");
        git.run("tag", "-a", "-m", "two", "v2", "main~5");
        git.run("tag", "-a", "-m", "nested", "nested", "v2");
        git.run("tag", "light", "main~3");
        git.run("tag", "-a", "-m", "blob", "blob", "main:big/size100");
        git.run("update-ref", "refs/changes/1", "side~1");
        git.run("config", "uploadpack.allowFilter", "true");
        git.run("config", "uploadpack.allowAnySHA1InWant", "true");
        git.run("config", "gc.auto", "0");
    }

    /** Adds a commit to a branch of a bare repository; it brings one new file. */
    static void addCommit(Git bare, String branch, String content) {
        String parent = bare.run("rev-parse", branch).strip();
        String blob = bare.feed(content, "hash-object", "-w", "--stdin").strip();
        String tree = bare.feed(bare.run("ls-tree", branch) + "100644 blob " + blob + "\tadded-" + content + "\n",
            "mktree").strip();
        String commit = bare.run("commit-tree", "-p", parent, "-m", content, tree).strip();
        bare.run("update-ref", "refs/heads/" + branch, commit);
    }

    private String history() {
        for (int i = 1; i <= COMMITS; i++) {
            commit("main", i, i == MERGE ? "merge refs/heads/side\n" : "");
            if (i == FORK) {
                for (int j = 1; j <= SIDE_COMMITS; j++) {
                    commit("side", FORK + j, j == 1 ? "from refs/heads/main\n" : "");
                }
            }
        }
        return stream.append("done\n").toString();
    }

    private void commit(String branch, int day, String parent) {
        String message = branch + " " + day;
        stream.append("commit refs/heads/").append(branch).append("\ncommitter A <a@example.org> ")
            .append(FIRST_SECONDS + day * DAY_SECONDS).append(" +0000\ndata ").append(message.length()).append('\n')
            .append(message).append('\n').append(parent);
        file("README", "read me on " + branch + " at " + day + "\n");
        file("a/" + branch + day, "a\n".repeat(day));
        file("a/b/c/" + branch + day % 7, "deep " + day + "\n");
        if (day == 1) {
            for (int size = 99; size <= 101; size++) {
                file("big/size" + size, "x".repeat(size));
            }
            file("empty", "");
        }
        stream.append('\n');
    }

    private void file(String path, String content) {
        stream.append("M 100644 inline ").append(path).append("\ndata ").append(content.length()).append('\n')
            .append(content).append('\n');
    }
}
