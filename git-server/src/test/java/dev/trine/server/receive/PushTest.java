package dev.trine.server.receive;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trine.common.config.ByteSize;
import dev.trine.common.model.RepoId;
import dev.trine.server.hosting.Agent;
import dev.trine.server.hosting.Git;
import dev.trine.server.hosting.GitServers;
import dev.trine.server.hosting.LocalHosting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real git client pushes to {@link ReceivePack}. */
class PushTest {
    private static final RepoId REPO = new RepoId("0".repeat(31) + "1");

    @TempDir
    private Path dir;
    private GitServers daemon;
    private Git server;
    private Git work;
    private String url;

    @BeforeEach
    void start() throws IOException {
        daemon = daemon(ReceiveSettings.defaults());
        url = daemon.daemonUrl(REPO);
        work = client("work");
        work.run("init", "--quiet");
    }

    @AfterEach
    void stop() throws IOException {
        daemon.close();
    }

    private GitServers daemon(ReceiveSettings settings) throws IOException {
        Path bare = dir.resolve("bare.git");
        if (Files.notExists(bare)) {
            server = client("bare.git");
            server.run("init", "--quiet", "--bare");
        }
        LocalHosting hosting = new LocalHosting();
        hosting.host(REPO, bare);
        return new GitServers(new ReceivePack(hosting, settings, Agent.ofRelease("0.1")));
    }

    private static ReceiveSettings settings(boolean denyNonFastForwards, ReceiveSettings.Receipt receipt) {
        return new ReceiveSettings(10, 1000, 10, 10, new ByteSize(1 << 20), denyNonFastForwards, true, receipt);
    }

    private Git client(String name) throws IOException {
        return new Git(Files.createDirectories(dir.resolve(name)));
    }

    private String refs() {
        return server.run("for-each-ref", "--format=%(refname) %(objectname)");
    }

    @Test
    void aFirstPushCreatesTheBranchAndTellsTheReceipt() {
        String commit = work.commit("one");

        String output = work.run("push", url, "main");

        assertThat(output).contains("remote: trine: version 1 durable on n1 n2").contains("[new branch]");
        assertThat(refs()).isEqualTo("refs/heads/main " + commit + "\n");
    }

    @Test
    void refsAreCreatedUpdatedAndDeletedInOnePush() {
        work.commit("one");
        work.run("push", url, "main", "main:old");
        String two = work.commit("two");
        work.run("tag", "-m", "annotated", "v1");

        work.run("push", url, "main", ":old", "v1", "main:refs/notes/deep/er");

        assertThat(refs()).contains("refs/heads/main " + two, "refs/tags/v1 ", "refs/notes/deep/er " + two)
            .doesNotContain("old");
    }

    @Test
    void protocolVersionOneAndTwoClientsPushToo() {
        work.commit("one");
        work.run("-c", "protocol.version=1", "push", url, "main");
        String two = work.commit("two");
        work.run("-c", "protocol.version=2", "push", url, "main");
        assertThat(refs()).isEqualTo("refs/heads/main " + two + "\n");
    }

    @Test
    void aForcedPushRewindsABranch() {
        String one = work.commit("one");
        work.commit("two");
        work.run("push", url, "main");
        work.run("push", "--force", url, one + ":main");
        assertThat(refs()).isEqualTo("refs/heads/main " + one + "\n");
    }

    @Test
    void aForcedPushIsRefusedWhereNonFastForwardsAreDenied() throws IOException {
        String one = work.commit("one");
        String two = work.commit("two");
        work.run("push", url, "main");
        ReceiveSettings strict = settings(true, ReceiveSettings.Receipt.ALWAYS);
        try (GitServers other = daemon(strict)) {
            Git.Result result = work.tryRun("push", "--force", other.daemonUrl(REPO), one + ":main");
            assertThat(result.exit()).isNotZero();
            assertThat(result.output()).contains("main (non-fast-forward)", "denying non-fast-forward");
            work.run("push", other.daemonUrl(REPO), work.commit("three") + ":main");
        }
        assertThat(refs()).doesNotContain(two);
    }

    @Test
    void anAtomicPushChangesNothingWhenOneRefIsRefused() {
        work.commit("one");
        work.run("push", url, "main", "main:a");
        String before = refs();
        work.commit("two");

        Git.Result result = work.tryRun("push", "--atomic", url, "main", "main:refs/heads/a/b");

        assertThat(result.exit()).isNotZero();
        assertThat(result.output()).contains("main (atomic transaction failed)", "a/b (a directory and a file");
        assertThat(refs()).isEqualTo(before);
    }

    @Test
    void anAtomicPushWhoseRefsAreAllGoodSucceeds() {
        String commit = work.commit("one");
        work.run("push", "--atomic", url, "main", "main:b");
        assertThat(refs()).isEqualTo("refs/heads/b " + commit + "\nrefs/heads/main " + commit + "\n");
    }

    @Test
    void withoutAtomicTheGoodRefsArePushedAndTheConflictingOneIsNot() {
        work.commit("one");
        work.run("push", url, "main:a");
        String two = work.commit("two");

        Git.Result result = work.tryRun("push", url, "main", "main:refs/heads/a/b");

        assertThat(result.exit()).isNotZero();
        assertThat(result.output()).contains("[remote rejected] main -> a/b (a directory and a file of that name");
        assertThat(refs()).contains("refs/heads/main " + two).doesNotContain("a/b");
    }

    @Test
    void twoNamesOfOnePushThatExcludeEachOtherAreNotBothGranted() {
        String commit = work.commit("one");
        Git.Result result = work.tryRun("push", url, "main:x", "main:refs/heads/x/y");
        assertThat(result.exit()).isNotZero();
        assertThat(result.output()).contains("x/y (failed to update ref)");
        assertThat(refs()).isEqualTo("refs/heads/x " + commit + "\n");
    }

    @Test
    void theCurrentBranchIsNotDeleted() {
        work.commit("one");
        work.run("push", url, "main");
        Git.Result result = work.tryRun("push", url, ":main");
        assertThat(result.exit()).isNotZero();
        assertThat(result.output()).contains("refusing to delete the current branch: refs/heads/main",
            "main (deletion of the current branch prohibited)");
    }

    @Test
    void aBranchHoldsOnlyCommits() {
        work.commit("one");
        work.run("tag", "-m", "annotated", "v1");
        Git.Result result = work.tryRun("push", url, "v1^{tree}:refs/heads/tree", "v1^{tree}:refs/tags/tree");
        assertThat(result.output()).contains("trying to write non-commit object", "tree (failed to update ref)");
        assertThat(refs()).contains("refs/tags/tree").doesNotContain("refs/heads/tree");
    }

    @Test
    void aSha256ClientIsToldThatItsFormatIsNotSupportedWhetherOrNotThereAreRefs() throws IOException {
        Git sha256 = client("sha256");
        sha256.run("init", "--quiet", "--object-format=sha256");
        sha256.commit("one");
        String sentence = "fatal: the receiving end does not support this repository's hash algorithm";
        assertThat(sha256.tryRun("push", url, "main").output()).contains(sentence);
        work.commit("one");
        work.run("push", url, "main");
        assertThat(sha256.tryRun("push", url, "main").output()).contains(sentence);
    }

    @Test
    void pushOptionsAreAccepted() {
        work.commit("one");
        work.run("push", "-o", "ci.skip", "-o", "reviewer=bob", url, "main");
        assertThat(refs()).contains("refs/heads/main");
    }

    @Test
    void aQuietPushShowsNoProgressAndNoReceiptWhereThatIsSet() throws IOException {
        work.commit("one");
        ReceiveSettings settings = settings(false, ReceiveSettings.Receipt.UNLESS_QUIET);
        try (GitServers other = daemon(settings)) {
            assertThat(work.run("push", "--quiet", other.daemonUrl(REPO), "main")).isEmpty();
            assertThat(work.run("push", "--progress", other.daemonUrl(REPO), "main:b"))
                .contains("remote: trine: version 2");
        }
    }

    @Test
    void aShallowCloneWhoseHistoryTheServerHasPushes() throws IOException {
        IntStream.range(0, 5).forEach(i -> work.commit("c" + i));
        work.run("push", url, "main");
        client("tmp").run("clone", "--quiet", "--depth=1", "file://" + dir.resolve("bare.git"), dir + "/shallow");
        Git shallow = client("shallow");
        String commit = shallow.commit("on top");

        shallow.run("push", url, "HEAD:main");

        assertThat(refs()).isEqualTo("refs/heads/main " + commit + "\n");
        assertThat(server.run("rev-list", "--count", "main").strip()).isEqualTo("6");
    }

    @Test
    void aShallowCloneWhoseHistoryTheServerLacksIsRefused() throws IOException {
        IntStream.range(0, 5).forEach(i -> work.commit("c" + i));
        client("tmp").run("clone", "--quiet", "--depth=1", "file://" + dir.resolve("work"), dir + "/shallow");
        Git.Result result = client("shallow").tryRun("push", url, "HEAD:refs/heads/main");
        assertThat(result.exit()).isNotZero();
        assertThat(result.output()).contains("(shallow update not allowed)");
        assertThat(refs()).isEmpty();
    }

    @Test
    void fiveThousandRefsArePushedAtOnceAndAdvertisedAgain() {
        String commit = work.commit("one");
        String names = IntStream.range(0, 5_000).mapToObj(i -> "create refs/tags/t" + i + " " + commit + "\n")
            .collect(Collectors.joining());
        work.feed(names, "update-ref", "--stdin");

        work.run("push", "--mirror", url);

        assertThat(refs().lines().count()).isEqualTo(5_001);
        assertThat(work.run("push", "--mirror", url)).contains("Everything up-to-date");
    }
}
