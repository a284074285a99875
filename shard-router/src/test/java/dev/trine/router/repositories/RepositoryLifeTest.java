package dev.trine.router.repositories;

import static dev.trine.proto.Operation.READ;
import static dev.trine.proto.Operation.WRITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.trine.common.model.Epoch;
import dev.trine.proto.ClusterStatusReply;
import dev.trine.proto.ClusterStatusRequest;
import dev.trine.proto.CreateRepoRequest;
import dev.trine.proto.DeleteRepoRequest;
import dev.trine.proto.DescribeRepoReply;
import dev.trine.proto.DescribeRepoRequest;
import dev.trine.proto.GrantRole;
import dev.trine.proto.Identity;
import dev.trine.proto.ListReposRequest;
import dev.trine.proto.RenameRepoRequest;
import dev.trine.proto.ReplicaStatus;
import dev.trine.proto.Repo;
import dev.trine.router.fixture.TestRouter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A repository's life by the administrators' API, with nodes that come and go. */
class RepositoryLifeTest {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @TempDir
    Path directory;

    private TestRouter router;
    private Identity root;

    @BeforeEach
    void start() throws Exception {
        router = TestRouter.start(directory, """
            create-on-push: admins
            routing: {heartbeat: 50ms, reconcile: 50ms, probe-deadline: 30s, route-deadline: 1m}
            """);
        root = router.root();
    }

    @AfterEach
    void close() throws Exception {
        router.close();
    }

    private Repo create(String path) throws Exception {
        return router.admin().createRepo(CreateRepoRequest.newBuilder().setPath(path).build());
    }

    /** The same, when all three nodes have their replicas, and have been heard to. */
    private Repo createEverywhere(String path) throws Exception {
        Repo repo = create(path);
        router.awaitReplicas(repo.getId(), router.nodes());
        return repo;
    }

    private void delete(String path) throws Exception {
        assertThat(router.admin().deleteRepo(DeleteRepoRequest.newBuilder().setRepo(path).build())).isNotNull();
    }

    private DescribeRepoReply describe(String path) throws Exception {
        return router.admin().describeRepo(DescribeRepoRequest.newBuilder().setRepo(path).build());
    }

    @Test
    void aNewRepositoryIsActiveOnThreeNodesWithItsDefaultBranch() throws Exception {
        Repo repo = router.admin().createRepo(CreateRepoRequest.newBuilder().setPath("team/tool.git")
            .setDefaultBranch("trunk").build());
        assertThat(repo.getPath()).isEqualTo("team/tool");
        assertThat(repo.getState()).isEqualTo("ACTIVE");
        assertThat(repo.getDefaultBranch()).isEqualTo("refs/heads/trunk");
        router.awaitReplicas(repo.getId(), router.nodes());
        assertThatThrownBy(() -> create("team/tool")).hasMessage("ALREADY_EXISTS: repository team/tool exists already");
    }

    @Test
    void aRenameMovesNothing() throws Exception {
        Repo repo = createEverywhere("team/tool");
        Repo renamed = router.admin().renameRepo(RenameRepoRequest.newBuilder().setRepo("team/tool")
            .setNewPath("crew/tool").build());
        assertThat(renamed).isEqualTo(repo.toBuilder().setPath("crew/tool").build());
        assertThat(router.route("crew/tool", root, READ).getRepoId()).isEqualTo(repo.getId());
        assertThat(router.route("team/tool", root, READ).getPath()).isEqualTo("crew/tool");
        assertThat(router.nodes()).allMatch(node -> node.created() == 1);
    }

    @Test
    void aDeletedRepositoryIsSealedForEverAndItsPathIsFree() throws Exception {
        Repo repo = createEverywhere("team/tool");
        delete("team/tool");
        assertThat(router.nodes()).allMatch(node -> node.isDeleted(repo.getId()));
        assertThatThrownBy(() -> router.route("team/tool", root, READ)).hasMessageStartingWith("NOT_FOUND");
        assertThat(create("team/tool").getId()).isNotEqualTo(repo.getId());
    }

    @Test
    void aDeletionThatSomebodyElseHasJustCarriedOutSucceeds() throws Exception {
        Repo repo = createEverywhere("team/tool");
        router.nodes().forEach(node -> node.beforeSeal(() ->
            router.nodes().forEach(each -> each.delete(repo.getId()))));
        delete("team/tool");
        assertThat(router.nodes()).allMatch(node -> node.isDeleted(repo.getId()) && node.seals() == 0);
        assertThat(create("team/tool").getId()).isNotEqualTo(repo.getId());
    }

    @Test
    void whoCouldReadADeletedRepositoryCannotReadTheNextOneOfItsPath() throws Exception {
        router.stop();
        TestRouter first = router;
        router = first.with("cache: {fresh-for: 1h}");
        router.startAgain();
        try {
            create("team/tool");
            Identity ann = router.identify(router.userWithToken("ann"));
            router.grant("ann", "team/tool", GrantRole.READER);
            assertThat(router.route("team/tool", ann, READ)).isNotNull();
            delete("team/tool");
            create("team/tool");
            assertThatThrownBy(() -> router.route("team/tool", ann, READ)).hasMessageStartingWith("NOT_FOUND");
        } finally {
            router.close();
            router = first;
        }
    }

    @Test
    void aDeletionThatFindsTooFewNodesIsFinishedWhenTheyAreBack() throws Exception {
        Repo repo = createEverywhere("team/tool");
        router.node(2).stop();
        router.node(3).stop();
        assertThatThrownBy(() -> delete("team/tool")).hasMessageStartingWith("UNAVAILABLE")
            .hasMessageContaining("is not served any more").hasMessageContaining("finished by itself");
        assertThatThrownBy(() -> router.route("team/tool", root, READ)).hasMessageStartingWith("NOT_FOUND");
        assertThat(describe("team/tool").getRepo().getState()).isEqualTo("DELETING");
        router.node(2).start();
        router.node(3).start();
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(router.admin()
            .listRepos(ListReposRequest.getDefaultInstance()).getReposList()).isEmpty());
        assertThat(router.nodes()).as("two are enough, and the third may have come after them")
            .filteredOn(node -> node.isDeleted(repo.getId())).hasSizeGreaterThanOrEqualTo(2);
    }

    @Test
    void aRepositoryIsCreatedOnTwoNodesAndCompletedWhenTheThirdIsBack() throws Exception {
        router.node(3).stop();
        Repo repo = create("team/tool");
        assertThat(repo.getState()).isEqualTo("ACTIVE");
        assertThat(describe("team/tool").getReplicas(2).getState()).isEqualTo("unreachable");
        router.node(3).start();
        await().atMost(PATIENCE).until(() -> router.node(3).has(repo.getId()));
        await().atMost(PATIENCE)
            .untilAsserted(() -> assertThat(describe("team/tool").getReplicas(2).getState()).isEqualTo("ok"));
    }

    @Test
    void withoutTwoNodesNoRepositoryIsCreated() throws Exception {
        router.node(2).stop();
        router.node(3).stop();
        assertThatThrownBy(() -> create("team/tool")).hasMessageStartingWith("UNAVAILABLE: repository team/tool needs"
            + " replicas on two nodes").hasMessageContaining("n2").hasMessageContaining("n3");
        assertThatThrownBy(() -> router.route("team/tool", root, READ)).hasMessageStartingWith("NOT_FOUND");
        router.node(2).start();
        await().atMost(PATIENCE).ignoreExceptions().untilAsserted(() ->
            assertThat(router.route("team/tool", root, WRITE).getPath()).isEqualTo("team/tool"));
    }

    @Test
    void aReplicaThatWasLostIsReportedAndNotMadeAnew() throws Exception {
        Repo repo = createEverywhere("team/tool");
        router.nodes().forEach(node -> node.at(repo.getId(), new Epoch(1, 1, 0), 4, 4));
        router.node(2).lose(repo.getId());
        ReplicaStatus lost = describe("team/tool").getReplicas(1);
        assertThat(lost.getState()).isEqualTo("unknown");
        assertThat(lost.getProblem()).contains("lost");
        Repo next = create("team/next");
        await().atMost(PATIENCE).until(() -> router.nodes().stream().allMatch(node -> node.has(next.getId())));
        assertThat(router.node(2).has(repo.getId())).isFalse();
    }

    @Test
    void theStatusCountsRepositoriesOfWhichAReplicaIsBehindOrLost() throws Exception {
        Epoch epoch = new Epoch(1, 1, 0);
        for (String path : List.of("team/even", "team/behind", "team/lost")) {
            Repo repo = createEverywhere(path);
            router.nodes().forEach(node -> node.at(repo.getId(), epoch, 7, 7));
            router.route(path, root, READ);
        }
        assertThat(status().getDegraded()).isFalse();
        router.node(2).at(describe("team/behind").getRepo().getId(), epoch, 7, 4);
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(status().getNodes(1).getLag()).isEqualTo(3));
        router.node(3).lose(describe("team/lost").getRepo().getId());
        await().atMost(PATIENCE).untilAsserted(() -> { // who does not answer within a second counts for nothing
            ClusterStatusReply status = status();
            assertThat(status.getDegraded()).isTrue();
            assertThat(status.getNodes(2).getLag()).isEqualTo(7);
            assertThat(status.getShards(0).getExamined()).isEqualTo(3);
            assertThat(status.getShards(0).getLagging()).isEqualTo(2);
            assertThat(status.getShards(0).getRepositories()).isEqualTo(3);
        });
    }

    private ClusterStatusReply status() throws Exception {
        return router.admin().clusterStatus(ClusterStatusRequest.getDefaultInstance());
    }

    @Test
    void aDescriptionComparesTheReplicas() throws Exception {
        Repo repo = createEverywhere("team/tool");
        Epoch epoch = new Epoch(1, 1, 0);
        router.node(1).at(repo.getId(), epoch, 7, 7);
        router.node(2).at(repo.getId(), epoch, 7, 5);
        router.node(3).at(repo.getId(), epoch, 8, 7);
        DescribeRepoReply described = describe(repo.getId());
        assertThat(described.getReplicasList()).extracting(ReplicaStatus::getNode).containsExactly("n1", "n2", "n3");
        assertThat(described.getReplicasList()).extracting(ReplicaStatus::getZone).containsExactly("z1", "z2", "z3");
        assertThat(described.getReplicasList()).extracting(ReplicaStatus::getState)
            .containsExactly("ok", "behind", "undecided");
        assertThat(described.getReplicasList()).extracting(ReplicaStatus::getLag).containsExactly(0L, 2L, 0L);
    }
}
