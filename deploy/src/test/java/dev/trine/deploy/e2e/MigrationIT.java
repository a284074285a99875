package dev.trine.deploy.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trine.common.relay.GitBackend;
import dev.trine.deploy.bench.GitClient;
import dev.trine.deploy.e2e.TestCluster.Door;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A stock git, an older Git host that is C Git's http-backend, and one URL before, during and after the move. */
class MigrationIT {
    private static TestCluster cluster;
    private static Path root;
    private static GitBackend old;

    @BeforeAll
    static void start() throws Exception {
        cluster = TestCluster.start();
        root = cluster.fresh();
        old = GitBackend.start(root);
        cluster.read("upstream", "set", "old", old.url().toString());
    }

    @AfterAll
    static void stop() throws Exception {
        old.close();
        cluster.close();
    }

    private static GitClient client(String user) throws IOException {
        return cluster.git(Map.of("GIT_CONFIG_VALUE_0", "Authorization: Bearer "
            + cluster.read("token", "create", user).path("secret").asString()));
    }

    private static void refused(GitClient.Run run, String text) {
        assertThat(run.status()).isNotZero();
        assertThat(run.err()).contains(text);
    }

    private static String head(String url) throws Exception {
        return cluster.git().run(root, "ls-remote", url, "refs/heads/main").orFail().split("\t")[0];
    }

    /** Runs it until it says that, because a rule holds within a second or two. */
    private static GitClient.Run untilItSays(String text, GitClient git, Path work, String... command)
        throws Exception {
        GitClient.Run run = git.run(work, command);
        for (int i = 0; i < 100 && !run.err().contains(text); i++) {
            Thread.onSpinWait();
            run = git.run(work, command);
        }
        return run;
    }

    @Test
    void aRepositoryMovesBehindItsUrlWithoutLosingAPush() throws Exception {
        String bare = old.create("team/app").toString();
        String url = cluster.url(Door.HTTP, "team/app");
        String passing = cluster.url(Door.HTTP, "+here/team/app");
        cluster.read("user", "create", "ann");
        cluster.read("grant", "set", "ann", "team", "write");
        GitClient ann = client("ann");
        cluster.read("migration", "set", "team", "--to", "old");

        Path work = cluster.created(Door.HTTP, "team/app");
        assertThat(head(bare)).isEqualTo(head(url));
        assertThat(cluster.read("repo", "list").toString()).doesNotContain("team/app");
        Path hers = cluster.fresh();
        ann.run(hers, "clone", "-q", url, ".").orFail();
        String second = cluster.commit(hers, "second", "over there");
        ann.run(hers, "push", "-q", "origin", "main").orFail();
        assertThat(head(bare)).isEqualTo(second);
        refused(cluster.git().run(work, "ls-remote", cluster.url(Door.SSH, "team/app")),
            "trine: repository team/app is served over HTTP only until it has moved here: use " + url);

        cluster.read("repo", "create", "team/app");
        Path mirror = cluster.fresh();
        cluster.git().run(mirror, "clone", "-q", "--mirror", old.url() + "/team/app.git", ".").orFail();
        cluster.read("migration", "set", "team/app", "--to", "old", "--read-only");
        cluster.commit(hers, "third", "too early");
        refused(untilItSays("403", ann, hers, "push", "origin", "main"),
            "repository team/app is being moved here and cannot be pushed to meanwhile");
        refused(ann.run(hers, "ls-remote", passing), "403");
        cluster.git().run(mirror, "push", "-q", "--mirror", passing).orFail();
        assertThat(cluster.git().run(root, "ls-remote", passing).orFail())
            .isEqualTo(cluster.git().run(root, "ls-remote", url).orFail());

        cluster.read("migration", "set", "team/app", "--here");
        untilItSays("trine: version", ann, hers, "push", "origin", "main");
        String third = ann.run(hers, "rev-parse", "HEAD").orFail().strip();
        assertThat(head(url)).isEqualTo(third);
        assertThat(head(bare)).isEqualTo(second);
        cluster.git().run(work, "pull", "-q", cluster.url(Door.SSH, "team/app"), "main").orFail();
        assertThat(cluster.git().run(work, "rev-parse", "HEAD").orFail().strip()).isEqualTo(third);
    }

    @Test
    void whoMayNotHereMayNotThereAndAHostThatIsAwayIsSaidToBe() throws Exception {
        old.create("crew/app");
        String url = cluster.url(Door.HTTP, "crew/app");
        cluster.read("migration", "set", "crew", "--to", "old");
        cluster.created(Door.HTTP, "crew/app");
        cluster.read("user", "create", "bob");
        cluster.read("grant", "set", "bob", "crew", "read");
        GitClient bob = client("bob");
        Path work = cluster.fresh();
        bob.run(work, "clone", "-q", url, ".").orFail();
        cluster.commit(work, "b", "bob was here");
        refused(bob.run(work, "push", "origin", "main"), "you may read crew/app but not push to it");
        refused(bob.run(work, "ls-remote", cluster.url(Door.HTTP, "other/app")), "not found");
        int seen = old.seen().size();
        cluster.read("user", "disable", "bob");
        GitClient.Run gone = untilItSays("Authentication failed", bob, work, "ls-remote", "origin");
        assertThat(gone.status()).isNotZero();
        assertThat(old.seen().subList(seen, old.seen().size())).as("asked by others only").isEmpty();
        try (GitBackend away = GitBackend.start(root)) {
            cluster.read("upstream", "set", "away", away.url().toString());
        }
        cluster.read("migration", "set", "crew", "--to", "away");
        refused(untilItSays("502", cluster.git(), work, "ls-remote", "origin"),
            "trine: upstream away cannot be reached, or broke off; try again later");
    }
}
