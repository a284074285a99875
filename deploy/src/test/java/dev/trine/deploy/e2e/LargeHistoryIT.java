package dev.trine.deploy.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.trine.deploy.bench.GitClient;
import dev.trine.deploy.bench.SyntheticHistory;
import dev.trine.deploy.e2e.TestCluster.Door;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/**
 * A large history with merges, tags, renames, big files and 20,000 refs goes in by one door and out by the other: in
 * over SSH, because over HTTP git's own client spends minutes on that many refs.
 */
class LargeHistoryIT {
    private static final SyntheticHistory.Shape HISTORY =
        new SyntheticHistory.Shape(12_000, 200, 20_000, 1 << 20, 42);

    @Test
    void aMirrorOfAMirrorIsEqual() throws Exception {
        try (TestCluster cluster = TestCluster.start()) {
            GitClient git = cluster.git();
            Path source = cluster.fresh();
            git.run(source, "init", "-q", "--bare").orFail();
            git.feed(source, in -> SyntheticHistory.write(HISTORY, in), "fast-import", "--quiet").orFail();
            git.run(source, "push", "-q", "--mirror", cluster.url(Door.SSH, "big/history")).orFail();
            Path mirror = cluster.clone(Door.HTTP, "big/history", "--mirror");
            assertThat(refs(git, mirror)).isEqualTo(refs(git, source));
            cluster.fsck(mirror);
            await().atMost(Duration.ofSeconds(180)).until(() -> cluster.replicasAgree("big/history"));
        }
    }

    private static String refs(GitClient git, Path repository) throws Exception {
        return git.run(repository, "for-each-ref").orFail();
    }
}
