package dev.trine.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.trine.common.audit.AuditAction;
import dev.trine.common.audit.AuditEvent;
import dev.trine.common.audit.AuditResult;
import dev.trine.common.audit.AuditedRef;
import dev.trine.common.model.RepoId;
import dev.trine.server.hosting.Git;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a node tells a front door that it did for a real git client. */
class DeedTest {
    private static final Duration PATIENCE = Duration.ofSeconds(120);

    @TempDir
    private Path dir;
    private NodeCluster cluster;
    private String url;
    private Git git;

    @BeforeEach
    void start() throws Exception {
        cluster = NodeCluster.start(dir);
        RepoId repo = cluster.createRepository();
        url = cluster.url(repo);
        git = new Git(Files.createDirectories(dir.resolve("work")));
        git.run("init", "--quiet");
        git.commit("one");
    }

    @AfterEach
    void stop() throws Exception {
        cluster.close();
    }

    /** The event about the exchange that was so many, from 1; a client may have gone before it is told. */
    private AuditEvent told(int number) {
        await().atMost(PATIENCE).until(() -> cluster.told().size() >= number);
        return cluster.told().get(number - 1);
    }

    @Test
    void aCloneIsToldFromAFetchAndAFetchFromAListingInEachVersion() throws Exception {
        git.run("push", url, "HEAD:refs/heads/main");
        told(1);
        int number = 1;
        for (String version : List.of("0", "2")) {
            String protocol = "protocol.version=" + version;
            Path clone = dir.resolve("clone" + version);
            git.run("-c", protocol, "clone", "--quiet", "--branch", "main", url, clone.toString());
            assertThat(told(++number).action()).isEqualTo(AuditAction.CLONE);
            git.run("-c", protocol, "ls-remote", url);
            assertThat(told(++number).action()).isEqualTo(AuditAction.LIST_REFS);
            git.commit("more");
            git.run("push", url, "HEAD:refs/heads/main");
            assertThat(told(++number).action()).isEqualTo(AuditAction.PUSH);
            new Git(clone).run("-c", protocol, "fetch", "--quiet");
            assertThat(told(++number)).satisfies(event -> assertThat(event.action()).isEqualTo(AuditAction.FETCH))
                .satisfies(event -> assertThat(event.result()).isEqualTo(AuditResult.OK));
        }
    }

    @Test
    void aPushTellsWhatBecameOfEachRef() {
        git.run("push", url, "HEAD:refs/heads/main");
        String one = git.run("rev-parse", "HEAD").strip();
        assertThat(told(1).refs()).containsExactly(new AuditedRef("refs/heads/main", "", one, "ok"));
        git.commit("two");
        String two = git.run("rev-parse", "HEAD").strip();
        git.run("push", url, "HEAD:refs/heads/main", "HEAD:refs/tags/t");
        assertThat(told(2).refs()).containsExactlyInAnyOrder(
            new AuditedRef("refs/heads/main", one, two, "ok"), new AuditedRef("refs/tags/t", "", two, "ok"));
        git.run("push", url, ":refs/tags/t");
        assertThat(told(3).refs()).containsExactly(new AuditedRef("refs/tags/t", two, "", "ok"));
    }
}
