package dev.trine.server.receive;

import static dev.trine.server.receive.RawClient.ZERO;
import static org.assertj.core.api.Assertions.assertThat;

import dev.trine.common.model.RefLimits.Limit;
import dev.trine.common.model.RepoId;
import dev.trine.server.hosting.Agent;
import dev.trine.server.hosting.Git;
import dev.trine.server.hosting.LocalHosting;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a push may not do with protected refs, and how its client is told. */
class ProtectedRefsTest {
    private static final RepoId REPO = new RepoId("0".repeat(31) + "1");
    private static final String CAPS = "\0report-status side-band-64k";
    private static final Limit READ_ONLY = new Limit("refs/heads/main", false, false, false);
    private static final Limit FORWARDS = new Limit("refs/heads/*", true, false, false);

    @TempDir
    private Path dir;
    private Git git;
    private String first;
    private String second;
    private String aside;
    private LocalHosting hosting;

    @BeforeEach
    void hostThreeCommits() {
        git = new Git(dir);
        git.run("init", "--quiet");
        first = git.commit("one");
        second = git.commit("two");
        git.run("checkout", "--quiet", "-b", "aside", first);
        aside = git.commit("three");
        hosting = new LocalHosting();
        hosting.host(REPO, dir.resolve(".git"));
    }

    private String answer(String command, Limit... limits) throws Exception {
        RawClient client = new RawClient(
            new ReceivePack(hosting, ReceiveSettings.defaults(), Agent.ofRelease("0.1")), REPO);
        RawClient sent = client.limited(limits).line(command + CAPS).flush();
        return (command.contains(" " + ZERO + " ") ? sent : sent.emptyPack()).answer().text();
    }

    @Test
    void aRefThatNobodyMayPushToStaysAsItIs() throws Exception {
        assertThat(answer(second + " " + first + " refs/heads/main", READ_ONLY))
            .contains("error: you may not change 'refs/heads/main', which the rule 'refs/heads/main' protects; ask a"
                + " maintainer, or push to another ref").contains("ng refs/heads/main protected ref");
        assertThat(answer(ZERO + " " + first + " refs/heads/new", READ_ONLY)).contains("ok refs/heads/new");
        assertThat(git.run("rev-parse", "refs/heads/main").strip()).isEqualTo(second);
    }

    @Test
    void aRefThatMayOnlyGoForwardsDoes() throws Exception {
        assertThat(answer(second + " " + aside + " refs/heads/main", FORWARDS))
            .contains("you may not force-push 'refs/heads/main'").contains("ng refs/heads/main protected ref");
        assertThat(answer(ZERO + " " + first + " refs/heads/old", FORWARDS)).contains("ok refs/heads/old");
        assertThat(answer(first + " " + second + " refs/heads/old", FORWARDS)).contains("ok refs/heads/old");
        assertThat(answer(second + " " + first + " refs/heads/old", FORWARDS)).contains("ng refs/heads/old");
        assertThat(answer(second + " " + ZERO + " refs/heads/old", FORWARDS))
            .contains("you may not delete 'refs/heads/old'").contains("ng refs/heads/old protected ref");
    }

    @Test
    void aTagThatMovesIsForcedWhereverItMoves() throws Exception {
        Limit tags = new Limit("refs/tags/**", true, false, true);
        assertThat(answer(ZERO + " " + first + " refs/tags/v1", tags)).contains("ok refs/tags/v1");
        assertThat(answer(first + " " + second + " refs/tags/v1", tags)).contains("ng refs/tags/v1 protected ref");
        assertThat(answer(first + " " + ZERO + " refs/tags/v1", tags)).contains("ok refs/tags/v1");
    }
}
