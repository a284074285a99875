package dev.trine.router.replacement;

import static dev.trine.proto.Operation.READ;
import static dev.trine.proto.Operation.WRITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.trine.common.model.Epoch;
import dev.trine.common.model.Role;
import dev.trine.common.wire.Wire;
import dev.trine.proto.AddNodeRequest;
import dev.trine.proto.CancelReplacementRequest;
import dev.trine.proto.ClusterStatusReply;
import dev.trine.proto.ClusterStatusRequest;
import dev.trine.proto.CreateRepoRequest;
import dev.trine.proto.DescribeRepoReply;
import dev.trine.proto.DescribeRepoRequest;
import dev.trine.proto.GetReplacementRequest;
import dev.trine.proto.ListReplacementsRequest;
import dev.trine.proto.NodeStatus;
import dev.trine.proto.RemoveNodeRequest;
import dev.trine.proto.ReplaceNodeRequest;
import dev.trine.proto.Replacement;
import dev.trine.proto.Repo;
import dev.trine.router.fixture.FakeNode;
import dev.trine.router.fixture.TestRouter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node, or its disk, is replaced by the administrators' API. */
class ReplacementTest {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Epoch EPOCH = new Epoch(1, 1, 0);

    @TempDir
    Path directory;

    private TestRouter router;

    @BeforeEach
    void start() throws Exception {
        router = TestRouter.start(directory, "routing: {heartbeat: 50ms, reconcile: 50ms, probe-deadline: 30s,"
            + " route-deadline: 1m}");
    }

    @AfterEach
    void close() throws Exception {
        router.close();
    }

    private Repo create(String path, long version) throws Exception {
        Repo repo = router.admin().createRepo(CreateRepoRequest.newBuilder().setPath(path).build());
        router.awaitReplicas(repo.getId(), router.nodes().stream()
            .filter(node -> repo.getMembersList().contains(Wire.toProto(node.disk()))).toList());
        router.nodes().forEach(node -> node.at(repo.getId(), EPOCH, version, version));
        return repo;
    }

    private Repo repo(Repo before) throws Exception {
        return describe(before).getRepo();
    }

    private DescribeRepoReply describe(Repo repo) throws Exception {
        return router.admin().describeRepo(DescribeRepoRequest.newBuilder().setRepo(repo.getId()).build());
    }

    private NodeStatus node(int number) throws Exception {
        ClusterStatusReply status = router.admin().clusterStatus(ClusterStatusRequest.getDefaultInstance());
        return status.getNodes(number - 1);
    }

    private Replacement replace(String leaving, String joining) throws Exception {
        return router.admin().replaceNode(ReplaceNodeRequest.newBuilder().setOldNode(leaving).setNewNode(joining)
            .build());
    }

    private Replacement get(Replacement replacement) throws Exception {
        return router.admin().getReplacement(GetReplacementRequest.newBuilder().setId(replacement.getId()).build());
    }

    private void awaitState(Replacement replacement, String state) {
        await().atMost(PATIENCE).untilAsserted(() ->
            assertThat(get(replacement).getState()).isEqualTo(state));
    }

    private FakeNode fourthNode() throws Exception {
        FakeNode fourth = router.oneMore();
        NodeStatus added = router.admin().addNode(AddNodeRequest.newBuilder().setName("n4").setZone(fourth.zone())
            .setAddress(fourth.address()).build());
        assertThat(added.getState()).isEqualTo("up");
        return fourth;
    }

    @Test
    void aWipedNodeIsToldOfAndGetsNothingUntilItIsAdmitted() throws Exception {
        create("team/tool", 7);
        router.node(3).loseDisk('c');
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(node(3).getState()).isEqualTo("wiped"));
        assertThat(node(3).getProblem()).contains("its disk was lost").contains("'trine node replace n3 n3'");
        assertThat(node(3).getIncarnation()).startsWith("3333");
        Repo later = router.admin().createRepo(CreateRepoRequest.newBuilder().setPath("team/later").build());
        assertThat(describe(later).getReplicas(2).getState()).isEqualTo("wiped");
        assertThat(router.node(3).has(later.getId())).isFalse();
        assertThat(router.admin().clusterStatus(ClusterStatusRequest.getDefaultInstance()).getDegraded()).isTrue();
    }

    @Test
    void aLostDiskIsReplacedByTheNodesNewOneInAllItsRepositories() throws Exception {
        List<Repo> repos = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            repos.add(create("team/tool" + i, i));
        }
        router.node(3).loseDisk('c');
        Replacement replacement = replace("n3", "n3");
        Repo during = create("team/during", 0);
        assertThat(repo(during).getMembers(2)).isEqualTo(Wire.toProto(router.node(3).disk()));
        awaitState(replacement, "DONE");
        for (Repo repo : repos) {
            assertThat(repo(repo).getGeneration()).isEqualTo(2);
            assertThat(repo(repo).getMembers(2)).isEqualTo(Wire.toProto(router.node(3).disk()));
            assertThat(router.node(3).position(repo.getId()).orElseThrow().role()).isEqualTo(Role.VOTER);
        }
        assertThat(get(replacement).getRepositoriesMoved()).isEqualTo(20);
        assertThat(node(3).getState()).isEqualTo("up");
        assertThat(node(3).getProblem()).isEmpty();
        assertThat(replace("n3", "n3").getId()).as("asked for again").isEqualTo(replacement.getId());
    }

    @Test
    void anotherNodeTakesTheDeadOnesPlaceAndNewRepositoriesGoThere() throws Exception {
        Repo repo = create("team/tool", 7);
        FakeNode fourth = fourthNode();
        await().atMost(PATIENCE)
            .untilAsserted(() -> assertThat(router.node(1).introduced()).containsKey(fourth.name()));
        router.node(3).stop();
        Replacement replacement = replace("n3", "n4");
        awaitState(replacement, "DONE");
        assertThat(repo(repo).getMembersList()).extracting(member -> member.getNode())
            .containsExactly("n1", "n2", "n4");
        Repo later = router.admin().createRepo(CreateRepoRequest.newBuilder().setPath("team/later").build());
        router.awaitReplicas(later.getId(), List.of(fourth));
        assertThat(router.admin().clusterStatus(ClusterStatusRequest.getDefaultInstance()).getDegraded()).isFalse();
        router.stop();
        router.startAgain(); // its configuration still names n3
        assertThat(router.route("team/tool", router.root(), WRITE).getRepoId()).isEqualTo(repo.getId());
    }

    @Test
    void aRepositoryThatCannotMoveIsNamedWithTheReasonAndTheRestGoOn() throws Exception {
        Repo fine = create("team/fine", 7);
        Repo stuck = create("team/stuck", 7);
        router.node(2).lose(stuck.getId());
        router.node(3).loseDisk('c');
        Replacement replacement = replace("n3", "n3");
        await().atMost(PATIENCE).untilAsserted(() -> {
            Replacement now = get(replacement);
            assertThat(now.getRepositoriesMoved()).isEqualTo(1);
            assertThat(now.getRepositoriesBlocked()).isEqualTo(1);
            assertThat(now.getBlocked(0).getPath()).isEqualTo("team/stuck");
            assertThat(now.getBlocked(0).getProblem()).contains("only n1 of them can be used")
                .contains("n2: does not have the repository").contains("n3: another disk than the member's answers");
        });
        assertThat(repo(fine).getGeneration()).isEqualTo(2);
        assertThat(node(3).getProblem()).contains("1 of 2 repositories have moved");
    }

    @Test
    void aRouterThatStopsInTheMiddleGoesOnWhenItIsBack() throws Exception {
        Repo repo = create("team/tool", 70);
        router.node(3).loseDisk('c');
        router.node(3).holdCopies(true);
        Replacement replacement = replace("n3", "n3");
        await().atMost(PATIENCE).until(() -> router.node(3).learned() > 0);
        router.stop();
        router.startAgain();
        assertThat(get(replacement).getState()).isEqualTo("RUNNING");
        router.node(3).holdCopies(false);
        awaitState(replacement, "DONE");
        assertThat(repo(repo).getGeneration()).isEqualTo(2);
        assertThat(router.node(1).seals() + router.node(2).seals()).isEqualTo(1);
    }

    @Test
    void aReplacementThatIsTakenBackLeavesNothingBehind() throws Exception {
        Repo repo = create("team/tool", 70);
        FakeNode fourth = fourthNode();
        fourth.holdCopies(true);
        Replacement replacement = replace("n3", "n4");
        await().atMost(PATIENCE).until(() -> fourth.has(repo.getId()));
        router.admin().cancelReplacement(CancelReplacementRequest.newBuilder().setOldNode("n3").setNewNode("n4")
            .build());
        awaitState(replacement, "CANCELLED");
        assertThat(fourth.has(repo.getId())).isFalse();
        assertThat(repo(repo).getGeneration()).isEqualTo(1);
        assertThat(router.node(1).repairs() + router.node(2).repairs() + router.node(3).repairs())
            .as("the log is settled first").isPositive();
        Repo later = create("team/later", 0);
        assertThat(repo(later).getMembers(2).getNode()).isEqualTo("n3");
        fourth.holdCopies(false);
        Replacement again = replace("n3", "n4");
        assertThat(again.getId()).isNotEqualTo(replacement.getId());
        awaitState(again, "DONE");
    }

    private void remove(String node) throws Exception {
        router.admin().removeNode(RemoveNodeRequest.newBuilder().setName(node).build());
    }

    private List<String> nodes() throws Exception {
        return router.admin().clusterStatus(ClusterStatusRequest.getDefaultInstance()).getNodesList().stream()
            .map(NodeStatus::getName).toList();
    }

    @Test
    void aNodeThatBelongsToNothingAnyMoreIsForgotten() throws Exception {
        create("team/tool", 7);
        fourthNode();
        assertThatThrownBy(() -> remove("n3")).hasMessage("FAILED_PRECONDITION: node n3 belongs to shard s1; have"
            + " another node take its place first, with 'trine node replace n3 NEW'");
        assertThatThrownBy(() -> remove("n9")).hasMessageStartingWith("NOT_FOUND: there is no node n9");
        remove("n4");
        assertThat(nodes()).as("never used").containsExactly("n1", "n2", "n3");
        router.admin().addNode(AddNodeRequest.newBuilder().setName("n4").setZone("z4")
            .setAddress(router.node(4).address()).build());
        awaitState(replace("n3", "n4"), "DONE");
        remove("n3");
        assertThat(nodes()).as("replaced").containsExactly("n1", "n2", "n4");
    }

    @Test
    void aNodeThatStillHoldsRepositoriesIsNotForgottenAndTheyAreNamed() throws Exception {
        Repo fine = create("team/fine", 7);
        Repo stuck = create("team/stuck", 7);
        fourthNode();
        router.node(2).lose(stuck.getId());
        router.node(3).lose(stuck.getId());
        Replacement replacement = replace("n3", "n4");
        await().atMost(PATIENCE).untilAsserted(() ->
            assertThat(get(replacement).getRepositoriesMoved()).isEqualTo(1));
        assertThatThrownBy(() -> remove("n4")).hasMessageStartingWith("FAILED_PRECONDITION: node n3 is being replaced"
            + " by n4; cancel that first");
        router.admin().cancelReplacement(CancelReplacementRequest.newBuilder().setOldNode("n3").setNewNode("n4")
            .build());
        awaitState(replacement, "CANCELLED");
        assertThat(repo(fine).getMembers(2).getNode()).isEqualTo("n4");
        assertThatThrownBy(() -> remove("n4")).hasMessage("FAILED_PRECONDITION: node n4 still holds 1 repositories"
            + " (team/fine); have them moved first, with 'trine node replace n4 NEW'");
        assertThat(nodes()).contains("n4");
    }

    @Test
    void aRowRestoredFromAnOldBackupCostsARedirectAndIsMovedForwardAgain() throws Exception {
        Repo repo = create("team/tool", 7);
        FakeNode fourth = fourthNode();
        router.stop();
        Path database = directory.resolve("data/metadata.mv.db");
        Path backup = Files.copy(database, directory.resolve("backup"));
        router.startAgain();
        awaitState(replace("n3", "n4"), "DONE");
        router.stop();
        Files.copy(backup, database, StandardCopyOption.REPLACE_EXISTING);
        router.startAgain();
        assertThat(repo(repo).getGeneration()).isEqualTo(1);
        assertThat(router.route("team/tool", router.root(), READ).getReadPoint().getGeneration()).isEqualTo(2);
        assertThat(repo(repo).getGeneration()).isEqualTo(2);
        assertThat(repo(repo).getMembers(2).getNode()).isEqualTo(fourth.name().value());
    }

    @Test
    void aRowThatIsOlderThanEveryDiskOfItsNodesIsMovedForwardToo() throws Exception {
        Repo repo = create("team/tool", 7);
        router.stop();
        Path database = directory.resolve("data/metadata.mv.db");
        Path backup = Files.copy(database, directory.resolve("backup"));
        router.startAgain();
        for (int number = 1; number <= 3; number++) {
            router.node(number).loseDisk((char) ('c' + number));
            awaitState(replace("n" + number, "n" + number), "DONE");
        }
        router.stop();
        Files.copy(backup, database, StandardCopyOption.REPLACE_EXISTING);
        router.startAgain();
        assertThat(repo(repo).getGeneration()).isEqualTo(1);
        assertThat(router.route("team/tool", router.root(), READ).getReadPoint().getGeneration()).isEqualTo(4);
        router.node(2).loseDisk('a');
        awaitState(replace("n2", "n2"), "DONE");
        assertThat(repo(repo).getGeneration()).isEqualTo(5);
    }

    @Test
    void whatCannotBeReplacedIsRefusedInASentence() throws Exception {
        create("team/tool", 7);
        assertThatThrownBy(() -> replace("n9", "n3"))
            .hasMessage("NOT_FOUND: there is no node n9; there are n1, n2, n3");
        assertThatThrownBy(() -> replace("n3", "n9"))
            .hasMessageStartingWith("NOT_FOUND: there is no node n9; register");
        assertThatThrownBy(() -> replace("n3", "n3")).hasMessageStartingWith("FAILED_PRECONDITION")
            .hasMessageContaining("there is nothing to replace");
        assertThatThrownBy(() -> replace("n3", "n2")).hasMessageStartingWith("FAILED_PRECONDITION")
            .hasMessageContaining("both nodes belong to shard s1");
        FakeNode fourth = fourthNode();
        fourth.stop();
        assertThatThrownBy(() -> replace("n3", "n4")).hasMessageStartingWith("UNAVAILABLE: node n4 at ")
            .hasMessageContaining("does not answer");
        fourth.start();
        fourth.loseDisk('f');
        assertThatThrownBy(() -> replace("n3", "n4")).as("a node that has just started is waited for")
            .hasMessageContaining("'trine node replace n4 n4'");
        assertThatThrownBy(() -> router.admin().addNode(AddNodeRequest.newBuilder().setName("n4").setZone("z")
            .setAddress("127.0.0.1:1").build())).hasMessage("ALREADY_EXISTS: there is a node n4 already");
        assertThat(router.admin().listReplacements(ListReplacementsRequest.getDefaultInstance())
            .getReplacementsList()).isEmpty();
    }
}
