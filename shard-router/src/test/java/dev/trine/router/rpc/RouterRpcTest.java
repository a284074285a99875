package dev.trine.router.rpc;

import static dev.trine.proto.Operation.READ;
import static dev.trine.proto.Operation.WRITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.trine.common.lifecycle.StartException;
import dev.trine.common.model.Epoch;
import dev.trine.common.model.Incarnation;
import dev.trine.common.model.Member;
import dev.trine.common.model.NodeId;
import dev.trine.common.model.Position;
import dev.trine.common.model.ProbeAnswer;
import dev.trine.common.model.Role;
import dev.trine.proto.DescribeRepoRequest;
import dev.trine.proto.DisableUserRequest;
import dev.trine.proto.EnableUserRequest;
import dev.trine.proto.EndedRequest;
import dev.trine.proto.GrantRole;
import dev.trine.proto.IdentifyRequest;
import dev.trine.proto.Identity;
import dev.trine.proto.ReadPoint;
import dev.trine.proto.RouteReply;
import dev.trine.router.fixture.TestRouter;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a proxy meets: a router on an embedded database, with three nodes. */
@Timeout(60)
class RouterRpcTest {
    private static final Duration PATIENCE = Duration.ofSeconds(50);
    /** Whoever waits for a node that hangs waits until the test is cut off. */
    private static final String ENDLESS_PATIENCE = """
        create-on-push: writers
        routing: {probe-deadline: 1h, route-deadline: 1h, patience: 1h, quorum-patience: 1ms, heartbeat: 1h,
          reconcile: 1h}
        """;
    private static final Epoch FIRST = new Epoch(1, 1, 0);

    @TempDir
    Path directory;

    private TestRouter router;
    private Identity root;

    @BeforeEach
    void start() throws Exception {
        router = TestRouter.start(directory, ENDLESS_PATIENCE);
        root = router.root();
    }

    @AfterEach
    void close() throws Exception {
        router.close();
    }

    private static void refused(Status.Code code, String text, ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOfSatisfying(StatusRuntimeException.class, thrown -> {
            assertThat(thrown.getStatus().getCode()).isEqualTo(code);
            assertThat(thrown.getStatus().getDescription()).contains(text);
        });
    }

    private String create(String path) {
        String repo = router.route(path, root, WRITE).getRepoId();
        router.awaitReplicas(repo, router.nodes());
        return repo;
    }

    private void everywhere(String repo, long last, long committed) {
        router.nodes().forEach(node -> node.at(repo, FIRST, last, committed));
    }

    @Test
    void aSecondRouterOnTheSameDirectoryIsRefusedInASentence() {
        assertThatThrownBy(() -> router.with("").startAgain()).isInstanceOf(StartException.class)
            .hasMessageContaining("another router uses it").hasMessageEndingWith("or choose another data-dir");
    }

    @Test
    void theFirstAdministratorsTokenLiesInAFileThatOnlyItsOwnerCanRead() throws Exception {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(router.tokenFile())))
            .isEqualTo("rw-------");
        assertThat(root.getUser()).isEqualTo("admin");
        String token = router.adminToken();
        router.stop();
        router.startAgain();
        assertThat(router.adminToken()).isEqualTo(token);
        assertThat(router.identify(token)).isEqualTo(root);
    }

    @Test
    void aCredentialOfNobodyIsNotFound() {
        refused(Status.Code.NOT_FOUND, "nobody's", () -> router.identify("trine_" + "0".repeat(64)));
        refused(Status.Code.NOT_FOUND, "nobody's", () -> router.identify("hunter2"));
        refused(Status.Code.INVALID_ARGUMENT, "credential is missing",
            () -> router.router().identify(IdentifyRequest.getDefaultInstance()));
    }

    @Test
    void aPushToANewPathCreatesItsRepositoryOnThreeNodes() {
        RouteReply route = router.route("/team/tool.git", root, WRITE);
        assertThat(route.getPath()).isEqualTo("team/tool");
        assertThat(route.getReadPoint().getMode()).isEqualTo(ReadPoint.Mode.COMMITTED);
        assertThat(route.getNode().getAddress()).isIn(router.nodes().stream().map(node -> node.address()).toList());
        router.awaitReplicas(route.getRepoId(), router.nodes());
        assertThat(router.route("team/tool", root, READ).getRepoId()).isEqualTo(route.getRepoId());
    }

    @Test
    void manyPushesToOneNewPathAtOnceCreateOneRepository() throws Exception {
        Set<String> repos = new HashSet<>();
        try (ExecutorService pushes = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<RouteReply>> routes = new ArrayList<>();
            for (int i = 0; i < 16; i++) {
                routes.add(pushes.submit(() -> router.route("team/tool", root, WRITE)));
            }
            for (Future<RouteReply> route : routes) {
                repos.add(route.get().getRepoId());
            }
        }
        assertThat(repos).hasSize(1);
        router.awaitReplicas(repos.iterator().next(), router.nodes());
        assertThat(router.nodes()).allMatch(node -> node.created() == 1);
    }

    @Test
    void aReadCreatesNothing() {
        refused(Status.Code.NOT_FOUND, "there is no repository team/tool", () -> router.route("team/tool", root, READ));
        assertThat(router.nodes()).allMatch(node -> node.created() == 0);
    }

    @Test
    void aPathThatIsNoneIsRefusedWithTheReason() {
        refused(Status.Code.INVALID_ARGUMENT, "it needs 2 to 8 segments", () -> router.route("tool", root, READ));
        refused(Status.Code.INVALID_ARGUMENT, "is not '.' or '..'", () -> router.route("a/../b", root, READ));
    }

    @Test
    void thePathItselfIsMeasuredAndNotWhatClientsWriteAroundIt() {
        String longest = ("x".repeat(100) + "/").repeat(5) + "longest";
        String repo = create("/" + longest + ".git");
        for (String given : List.of(longest, longest + ".git", "/+here/" + longest + ".git")) {
            assertThat(router.route(given, root, READ).getRepoId()).isEqualTo(repo);
        }
        refused(Status.Code.INVALID_ARGUMENT, "it is longer than 512 bytes",
            () -> router.route(longest + "x", root, READ));
    }

    @Test
    void whoMayOnlyReadMayNotPushAndAStrangerSeesNothing() throws Exception {
        create("team/tool");
        Identity ann = router.identify(router.userWithToken("ann"));
        refused(Status.Code.NOT_FOUND, "or you may not see it", () -> router.route("team/tool", ann, READ));
        router.grant("ann", "team", GrantRole.READER);
        assertThat(router.route("team/tool", ann, READ).getPath()).isEqualTo("team/tool");
        refused(Status.Code.PERMISSION_DENIED, "may read team/tool but not push",
            () -> router.route("team/tool", ann, WRITE));
        router.grant("ann", "team/tool", GrantRole.WRITER);
        assertThat(router.route("team/tool", ann, WRITE).getPath()).isEqualTo("team/tool");
        refused(Status.Code.NOT_FOUND, "there is no repository team/other",
            () -> router.route("team/other", ann, WRITE));
    }

    @Test
    void aDisabledUsersTokenStopsWorkingAtOnce() throws Exception {
        String token = router.userWithToken("ann");
        Identity ann = router.identify(token);
        router.grant("ann", "*", GrantRole.READER);
        create("team/tool");
        router.route("team/tool", ann, READ);
        router.admin().disableUser(DisableUserRequest.newBuilder().setName("ann").build());
        refused(Status.Code.NOT_FOUND, "nobody's", () -> router.identify(token));
        refused(Status.Code.NOT_FOUND, "may not see it", () -> router.route("team/tool", ann, READ));
        EndedRequest both = EndedRequest.newBuilder().addCredentials(root.getCredential())
            .addCredentials(ann.getCredential()).build();
        assertThat(router.router().ended(both).getEndedList()).containsExactly(1);
        router.admin().enableUser(EnableUserRequest.newBuilder().setName("ann").build());
        assertThat(router.route("team/tool", ann, READ).getPath()).isEqualTo("team/tool");
        assertThat(router.router().ended(both).getEndedList()).isEmpty();
    }

    @Test
    void aNodeThatHangsCostsNothingButItsAnswer() {
        String repo = create("team/tool");
        everywhere(repo, 3, 3);
        for (int hanging = 1; hanging <= 3; hanging++) {
            int before = router.node(hanging).hungProbes();
            router.node(hanging).hang();
            RouteReply route = router.route("team/tool", root, READ);
            assertThat(route.getNode().getNode()).isNotEqualTo("n" + hanging);
            assertThat(route.getReadPoint().getMinimum().getVersion()).isEqualTo(3);
            // one for each request so far, the creating one too: they may arrive long after the others have decided
            assertThat(router.node(hanging).hungProbes()).isBetween(before, before + 1 + hanging);
            router.node(hanging).recover();
        }
    }

    @Test
    void aRequestThatFindsTooFewNodesWaitsForOneThatIsJustComingBack() throws Exception {
        String repo = create("team/tool");
        everywhere(repo, 3, 3);
        router.stop();
        TestRouter patient = router.with("create-on-push: writers\nrouting: {route-deadline: 1m, quorum-patience: 1m}");
        patient.startAgain();
        patient.node(2).stop();
        patient.node(3).stop();
        try (ExecutorService reads = Executors.newVirtualThreadPerTaskExecutor()) {
            int before = patient.node(1).probes();
            Future<RouteReply> read = reads.submit(() -> patient.route("team/tool", root, READ));
            await().atMost(PATIENCE).until(() -> patient.node(1).probes() > before);
            patient.node(2).start();
            assertThat(read.get().getNode().getNode()).isIn("n1", "n2");
        }
        patient.stop();
        router.startAgain();
    }

    @Test
    void theAnswerOfAnotherDiskDoesNotCount() throws Exception {
        String repo = create("team/tool");
        everywhere(repo, 3, 3);
        router.node(2).loseDisk('9');
        router.node(3).stop();
        refused(Status.Code.UNAVAILABLE, "only n1 of them can be used (n2: another disk than the registered one"
            + " answers", () -> router.route("team/tool", root, READ));
        router.node(3).start();
        await().atMost(PATIENCE).ignoreExceptions().untilAsserted(() ->
            assertThat(router.route("team/tool", root, READ).getNode().getNode()).isIn("n1", "n3"));
    }

    @Test
    void aNodeThatHasLostTheRepositoryIsNeverGivenAnEmptyOne() {
        String repo = create("team/tool");
        everywhere(repo, 3, 3);
        router.node(1).lose(repo);
        router.node(2).lose(repo);
        refused(Status.Code.UNAVAILABLE, "does not have the repository", () -> router.route("team/tool", root, WRITE));
        assertThat(router.node(1).created()).isOne();
        assertThat(router.node(1).has(repo)).isFalse();
    }

    @Test
    void aRepositoryThatHasMovedIsFollowedAndTheDirectoryLearnsIt() throws Exception {
        String repo = create("team/tool");
        List<Member> next = List.of(router.node(3).disk(), router.node(1).disk(), router.node(2).disk());
        Epoch second = new Epoch(2, 1, 1);
        router.nodes().forEach(node -> node.change(repo, now -> new ProbeAnswer(now.from(), Role.VOTER, 2, second,
            position(second), position(second), Optional.empty(), next, false)));
        RouteReply route = router.route("team/tool", root, READ);
        assertThat(route.getReadPoint().getGeneration()).isEqualTo(2);
        assertThat(router.admin().describeRepo(DescribeRepoRequest.newBuilder().setRepo(repo).build()).getRepo()
            .getMembersList()).extracting(member -> member.getNode()).containsExactly("n3", "n1", "n2");
    }

    private static Position position(Epoch epoch) {
        return new Position(5, epoch);
    }

    @Test
    void answersOfDifferentGenerationsAreNeverCombined() {
        String repo = create("team/tool");
        everywhere(repo, 3, 3);
        List<Member> elsewhere = List.of(router.node(1).disk(), router.node(2).disk(),
            new Member(new NodeId("n9"), new Incarnation("9".repeat(32))));
        router.node(1).change(repo, now -> new ProbeAnswer(now.from(), Role.RETIRED, 2, now.promised(), now.last(),
            now.committed(), Optional.empty(), elsewhere, false));
        router.node(3).hang();
        refused(Status.Code.UNAVAILABLE, "can be used", () -> router.route("team/tool", root, READ));
    }

    @Test
    void anUndecidedNewestEntryIsRepairedBeforeItIsServed() throws Exception {
        String repo = create("team/tool");
        everywhere(repo, 3, 3);
        router.node(2).at(repo, new Epoch(1, 2, 1), 4, 3);
        router.node(3).stop();
        RouteReply route = router.route("team/tool", root, READ);
        assertThat(router.node(2).repairs()).isOne();
        assertThat(route.getNode().getNode()).isEqualTo("n2");
        assertThat(route.getReadPoint().getMinimum().getVersion()).isEqualTo(5);
    }

    @Test
    void aDeletedRepositoryIsNotFound() {
        String repo = create("team/tool");
        router.node(1).change(repo, now -> new ProbeAnswer(now.from(), Role.DELETED, 2, now.promised(), now.last(),
            now.committed(), Optional.empty(), List.of(), false));
        router.node(2).hang();
        router.node(3).hang();
        refused(Status.Code.NOT_FOUND, "there is no repository team/tool",
            () -> router.route("team/tool", root, READ));
    }
}
