package dev.trine.deploy.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trine.deploy.bench.GitClient;
import dev.trine.deploy.e2e.TestCluster.Door;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What rules, limits of credentials, visibility and archive do to a stock git. */
class AccessIT {
    /** How git ends when refs of its push were refused, and when nothing could be done at all. */
    private static final int REJECTED = 1;
    private static final int FATAL = 128;
    private static TestCluster cluster;
    private static GitClient bob;

    @BeforeAll
    static void start() throws Exception {
        cluster = TestCluster.start();
        cluster.read("user", "create", "bob");
        bob = client(cluster.read("token", "create", "bob").path("secret").asString());
    }

    @AfterAll
    static void stop() throws Exception {
        cluster.close();
    }

    private static GitClient client(String token) throws IOException {
        return cluster.git(Map.of("GIT_CONFIG_VALUE_0", "Authorization: Bearer " + token));
    }

    private static void refused(int status, GitClient.Run run, String text) {
        assertThat(run.err()).contains(text);
        assertThat(run.status()).as(run.err()).isEqualTo(status);
    }

    @Test
    void aProtectedBranchIsPushedToByMaintainersAndForcedByNobody() throws Exception {
        Path work = cluster.created(Door.HTTP, "guarded/app");
        cluster.read("grant", "set", "bob", "guarded", "write");
        cluster.read("protect", "set", "guarded", "refs/heads/main");
        cluster.commit(work, "b", "bob was here");
        refused(REJECTED, bob.run(work, "push", "origin", "main"),
            "you may not change 'refs/heads/main', which the rule 'refs/heads/main' protects");
        bob.run(work, "push", "-q", "origin", "main:refs/heads/bob").orFail();
        cluster.read("grant", "set", "bob", "guarded", "maintain");
        bob.run(work, "push", "-q", "origin", "main").orFail();
        GitClient admin = cluster.git();
        String ssh = cluster.url(Door.SSH, "guarded/app");
        refused(REJECTED, admin.run(work, "push", "--force", ssh, "HEAD~1:refs/heads/main"),
            "you may not force-push 'refs/heads/main'");
        refused(REJECTED, admin.run(work, "push", ssh, ":refs/heads/main"),
            "deletion of the current branch prohibited");
        refused(REJECTED, bob.run(work, "push", "--force", "origin", "HEAD~1:refs/heads/main", "HEAD~1:refs/heads/bob",
            "--atomic"), "protected ref");
        String head = admin.run(work, "rev-parse", "HEAD").orFail().strip();
        assertThat(cluster.read("ref", "update", "guarded/app", "refs/heads/main", "--old", head,
            admin.run(work, "rev-parse", "HEAD~1").orFail().strip()).toString()).contains("protected ref");
        assertThat(admin.run(work, "ls-remote", ssh, "refs/heads/main").orFail()).startsWith(head);
    }

    @Test
    void aDeployTokenPushesWhereItMayAndSeesNothingElse() throws Exception {
        Path work = cluster.created(Door.HTTP, "shop/app");
        cluster.created(Door.HTTP, "shop/other");
        GitClient ci = client(cluster.read("token", "create", "admin", "--deploy", "--role", "write", "--on",
            "shop/app").path("secret").asString());
        cluster.commit(work, "built", "by ci");
        ci.run(work, "push", "-q", "origin", "main").orFail();
        refused(FATAL, ci.run(work, "ls-remote", cluster.url(Door.HTTP, "shop/other")), "not found");
        GitClient mirror = client(cluster.read("token", "create", "admin", "--role", "read", "--on", "shop")
            .path("secret").asString());
        mirror.run(work, "ls-remote", cluster.url(Door.HTTP, "shop/other")).orFail();
        cluster.commit(work, "built", "again");
        refused(FATAL, mirror.run(work, "push", "origin", "main"), "403");
    }

    @Test
    void anInternalRepositoryIsReadByEveryUserAndAnArchivedOneWrittenByNobody() throws Exception {
        Path work = cluster.created(Door.SSH, "open/app");
        String url = cluster.url(Door.HTTP, "open/app");
        refused(FATAL, bob.run(work, "ls-remote", url), "not found");
        cluster.read("repo", "visibility", "open", "internal");
        bob.run(work, "ls-remote", url).orFail();
        refused(FATAL, cluster.git(Map.of("GIT_CONFIG_VALUE_0", "X-None: 1", "GIT_TERMINAL_PROMPT", "0"))
            .run(work, "ls-remote", url), "terminal prompts disabled");
        cluster.read("repo", "archive", "open/app");
        cluster.commit(work, "late", "too late");
        refused(FATAL, cluster.git().run(work, "push", "origin", "main"),
            "repository open/app is archived and read-only; a maintainer can end that with 'trine repo unarchive");
        cluster.read("repo", "unarchive", "open/app");
        cluster.git().run(work, "push", "-q", "origin", "main").orFail();
        cluster.read("repo", "rename", "open/app", "open/moved");
        cluster.commit(work, "later", "by the old path");
        cluster.git().run(work, "push", "-q", "origin", "main").orFail();
        assertThat(bob.run(work, "ls-remote", cluster.url(Door.HTTP, "open/moved"), "refs/heads/main").orFail())
            .startsWith(cluster.git().run(work, "rev-parse", "HEAD").orFail().strip());
    }
}
