package dev.trine.deploy.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trine.deploy.bench.GitClient;
import dev.trine.deploy.e2e.TestCluster.Door;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every kind of fetch by the stock client, over both doors. */
class FetchIT {
    private static final String REPO = "team/fetch";
    private static TestCluster cluster;
    private static Path work;

    @BeforeAll
    static void aHistoryOfTenCommitsWithTagAndSideBranch() throws Exception {
        cluster = TestCluster.start();
        work = cluster.created(Door.HTTP, REPO);
        GitClient git = cluster.git();
        for (int i = 1; i < 10; i++) {
            Files.writeString(work.resolve("big" + i), "x".repeat(5000 + i));
            cluster.commit(work, "dir/file" + i, "change " + i);
            if (i == 5) {
                git.run(work, "tag", "-a", "v5", "-m", "five").orFail();
                git.run(work, "branch", "side").orFail();
            }
        }
        git.run(work, "push", "-q", "origin", "main", "side", "v5").orFail();
    }

    @AfterAll
    static void stop() throws Exception {
        cluster.close();
    }

    @ParameterizedTest
    @EnumSource(Door.class)
    void aCloneIsEqualAndSoundInEveryProtocolVersion(Door door) throws Exception {
        for (String version : new String[] {"0", "1", "2"}) {
            Path clone = cluster.clone(door, REPO, "-c", "protocol.version=" + version);
            assertThat(refs(clone, "refs/remotes/origin/main")).isEqualTo(refs(work, "refs/heads/main"));
            assertThat(refs(clone, "refs/tags/v5")).isEqualTo(refs(work, "refs/tags/v5"));
            cluster.fsck(clone);
        }
    }

    @ParameterizedTest
    @EnumSource(Door.class)
    void lsRemoteFiltersAndShowsTheSymbolicHeadAndPeeledTags(Door door) throws Exception {
        String url = cluster.url(door, REPO);
        assertThat(cluster.git().run(work, "ls-remote", "--symref", url).orFail())
            .contains("ref: refs/heads/main\tHEAD", "refs/heads/side", "refs/tags/v5", "refs/tags/v5^{}");
        assertThat(cluster.git().run(work, "ls-remote", url, "refs/heads/si*").orFail().lines()).hasSize(1);
    }

    @ParameterizedTest
    @EnumSource(Door.class)
    void aShallowCloneDeepensByEveryMeans(Door door) throws Exception {
        Path clone = cluster.clone(door, REPO, "--depth", "2");
        assertThat(count(clone)).isEqualTo(2);
        cluster.git().run(clone, "fetch", "-q", "--deepen=3").orFail();
        assertThat(count(clone)).isEqualTo(5);
        cluster.git().run(clone, "fetch", "-q", "--shallow-exclude=v5").orFail();
        assertThat(count(clone)).isEqualTo(4);
        cluster.git().run(clone, "fetch", "-q", "--shallow-since=2000-01-01").orFail();
        assertThat(count(clone)).isEqualTo(10);
        cluster.git().run(clone, "fetch", "-q", "--depth", "1").orFail();
        cluster.git().run(clone, "fetch", "-q", "--unshallow").orFail();
        assertThat(count(clone)).isEqualTo(10);
        cluster.fsck(clone);
    }

    @ParameterizedTest
    @EnumSource(Door.class)
    void aPartialCloneLeavesOutWhatItsFilterSaysAndFetchesItWhenNeeded(Door door) throws Exception {
        assertThat(missing(cluster.clone(door, REPO, "--bare", "--filter=blob:none"))).isEqualTo(19);
        assertThat(missing(cluster.clone(door, REPO, "--bare", "--filter=blob:limit=1k"))).isEqualTo(9);
        // what lies below a root tree that is missing cannot be told
        assertThat(missing(cluster.clone(door, REPO, "--bare", "--filter=tree:0"))).isEqualTo(10);
        assertThat(missing(cluster.clone(door, REPO, "--bare", "--filter=combine:blob:none+tree:5"))).isEqualTo(19);
        Path clone = cluster.clone(door, REPO, "--filter=blob:none");
        assertThat(cluster.git().run(clone, "show", "HEAD~5:dir/file4").orFail()).isEqualTo("change 4\n");
    }

    @ParameterizedTest
    @EnumSource(Door.class)
    void anEmptyRepositoryGivesItsDefaultBranch(Door door) throws Exception {
        String repository = "team/empty-" + door.name().toLowerCase();
        cluster.processes().admin("repo", "create", repository, "--default-branch", "trunk").orFail();
        Path clone = cluster.clone(door, repository);
        assertThat(cluster.git().run(clone, "symbolic-ref", "HEAD").orFail().strip()).isEqualTo("refs/heads/trunk");
    }

    @Test
    void aClientThatCountsInSha256IsToldSo() throws Exception {
        Path sha256 = cluster.fresh();
        cluster.git().run(sha256, "init", "-q", "--object-format=sha256").orFail();
        GitClient.Run run = cluster.git().run(sha256, "fetch", cluster.url(Door.HTTP, REPO));
        assertThat(run.status()).isNotZero();
        assertThat(run.err()).containsIgnoringCase("sha");
    }

    private static String refs(Path repository, String ref) throws Exception {
        return cluster.git().run(repository, "rev-parse", ref).orFail();
    }

    private static int count(Path clone) throws Exception {
        return Integer.parseInt(cluster.git().run(clone, "rev-list", "--count", "origin/main").orFail().strip());
    }

    private static long missing(Path clone) throws Exception {
        return cluster.git().run(clone, "rev-list", "--objects", "--all", "--missing=print").orFail().lines()
            .filter(line -> line.startsWith("?")).count();
    }
}
