package dev.trine.router.rpc;

import static dev.trine.proto.Operation.READ;
import static dev.trine.proto.Operation.WRITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.trine.proto.AdminGrpc.AdminBlockingStub;
import dev.trine.proto.ArchiveRepoRequest;
import dev.trine.proto.CheckRequest;
import dev.trine.proto.CheckRequest.Operation;
import dev.trine.proto.ClusterStatusReply;
import dev.trine.proto.ClusterStatusRequest;
import dev.trine.proto.CreatePathRequest;
import dev.trine.proto.CreateRepoRequest;
import dev.trine.proto.DeleteRepoRequest;
import dev.trine.proto.DescribeRepoRequest;
import dev.trine.proto.GrantRole;
import dev.trine.proto.Identity;
import dev.trine.proto.ListRefRulesRequest;
import dev.trine.proto.RefChange;
import dev.trine.proto.RefRule;
import dev.trine.proto.RemoveRefRuleRequest;
import dev.trine.proto.RenameRepoRequest;
import dev.trine.proto.RouteRequest;
import dev.trine.proto.SetVisibilityRequest;
import dev.trine.proto.UpdateRepoRefsRequest;
import dev.trine.proto.Visibility;
import dev.trine.router.authorizer.FakeAuthorizer;
import dev.trine.router.fixture.TestRouter;
import java.nio.file.Path;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The ways to a repository on which a company's authorizer is asked. */
@Timeout(120)
class AuthorizerRpcTest {
    @TempDir
    private Path directory;
    private FakeAuthorizer company;
    private TestRouter router;
    private AdminBlockingStub root;
    private Identity ann;

    @BeforeEach
    void start() throws Exception {
        company = new FakeAuthorizer(directory);
        router = TestRouter.start(directory, """
            create-on-push: writers
            anonymous-read: true
            authorizer: {address: "127.0.0.1:%d", timeout: 4s}
            """.formatted(company.port()));
        root = router.admin();
        root.createRepo(CreateRepoRequest.newBuilder().setPath("team/app").build());
        ann = router.identify(router.userWithToken("ann"));
        router.grant("ann", "team", GrantRole.WRITER);
        company.asked().clear();
    }

    @AfterEach
    void close() throws Exception {
        router.close();
        company.close();
    }

    private void forbidden(String path, Operation operation, ThrowingCallable call) {
        company.forbids(path, operation, "frozen");
        assertThatThrownBy(call).hasMessageStartingWith("PERMISSION_DENIED: you may not ")
            .hasMessageEndingWith(path + ": the external authorizer forbids it, because: frozen");
        company.answers(request -> Optional.empty());
        assertThatThrownBy(call).hasMessageStartingWith("UNAVAILABLE: whether you may ")
            .hasMessageContaining(path + " cannot be told: the external authorizer fails");
    }

    @Test
    void everyFetchAndPush() {
        forbidden("team/app", Operation.READ, () -> router.route("team/app", ann, READ));
        forbidden("team/app", Operation.WRITE, () -> router.route("/team/app.git", ann, WRITE));
        forbidden("team/new", Operation.WRITE, () -> router.route("team/new", ann, WRITE));
        company.forbids("team/app", Operation.WRITE, "");
        assertThat(router.route("team/app", ann, READ).getPath()).isEqualTo("team/app");
        assertThatThrownBy(() -> root.describeRepo(DescribeRepoRequest.newBuilder().setRepo("team/new").build()))
            .hasMessageStartingWith("NOT_FOUND");
    }

    @Test
    void itIsToldTheClientsAddressAndCredential() {
        router.router().route(RouteRequest.newBuilder().setPath("team/app").setCredential(ann.getCredential())
            .setOperation(READ).setClientAddress("[2001:db8::1]:4711").build());
        assertThat(company.asked()).containsExactly(CheckRequest.newBuilder().setUser("ann")
            .setCredential(ann.getCredential().getName()).setAddress("[2001:db8::1]").setPath("team/app")
            .setOperation(Operation.READ).build());
    }

    @Test
    void itIsAskedOnlyWhereTheClusterItselfAllows() throws Exception {
        assertThatThrownBy(() -> router.route("other/app", ann, READ)).hasMessageStartingWith("NOT_FOUND");
        router.grant("ann", "team", GrantRole.READER);
        assertThatThrownBy(() -> router.route("team/app", ann, WRITE)).hasMessageStartingWith("PERMISSION_DENIED");
        assertThatThrownBy(() -> router.route("team/app", Identity.getDefaultInstance(), READ))
            .hasMessageStartingWith("NOT_FOUND");
        assertThat(company.asked()).isEmpty();
    }

    @Test
    void whoDidNotSignInIsAskedForToo() {
        root.setVisibility(SetVisibilityRequest.newBuilder().setPath("team").setVisibility(Visibility.PUBLIC).build());
        forbidden("team/app", Operation.READ, () -> router.router().route(RouteRequest.newBuilder()
            .setPath("team/app").setOperation(READ).build()));
        assertThat(company.asked().getLast().getCredential()).isEqualTo("anonymous");
    }

    @Test
    void everyActOfTheAdministrationOnARepository() {
        forbidden("team/new", Operation.ADMIN, () -> root.createRepo(CreateRepoRequest.newBuilder().setPath("team/new")
            .build()));
        forbidden("team/new", Operation.ADMIN, () -> router.router().createPath(CreatePathRequest.newBuilder()
            .setPath("team/new").setCredential(router.root().getCredential()).build()));
        forbidden("team/app", Operation.ADMIN, () -> root.renameRepo(RenameRepoRequest.newBuilder().setRepo("team/app")
            .setNewPath("team/b").build()));
        company.forbids("team/b", Operation.ADMIN, "reserved");
        assertThatThrownBy(() -> root.renameRepo(RenameRepoRequest.newBuilder().setRepo("team/app").setNewPath("team/b")
            .build())).hasMessageContaining("you may not administer team/b");
        forbidden("team/app", Operation.ADMIN, () -> root.archiveRepo(ArchiveRepoRequest.newBuilder()
            .setRepo("team/app").setArchived(true).build()));
        forbidden("team/app", Operation.ADMIN, () -> root.deleteRepo(DeleteRepoRequest.newBuilder().setRepo("team/app")
            .build()));
        forbidden("team", Operation.ADMIN, () -> root.setVisibility(SetVisibilityRequest.newBuilder().setPath("team")
            .setVisibility(Visibility.PUBLIC).build()));
        forbidden("team", Operation.ADMIN, () -> root.setRefRule(RefRule.newBuilder().setPath("team")
            .setPattern("refs/heads/main").build()));
        forbidden("team", Operation.ADMIN, () -> root.removeRefRule(RemoveRefRuleRequest.newBuilder().setPath("team")
            .setPattern("refs/heads/main").build()));
        forbidden("team", Operation.READ, () -> root.listRefRules(ListRefRulesRequest.newBuilder().setPath("team")
            .build()));
        forbidden("team/app", Operation.READ, () -> root.describeRepo(DescribeRepoRequest.newBuilder()
            .setRepo("team/app").build()));
        UpdateRepoRefsRequest update = UpdateRepoRefsRequest.newBuilder().setRepo("team/app")
            .addChanges(RefChange.newBuilder().setName("refs/heads/x").setNewId(ByteString.copyFrom(new byte[20])))
            .setToken("token-1234").setFirst(true).build();
        forbidden("team/app", Operation.READ, () -> root.updateRepoRefs(update));
        company.forbids("team/app", Operation.WRITE, "frozen");
        assertThatThrownBy(() -> root.updateRepoRefs(update)).hasMessage("PERMISSION_DENIED: you may not push to"
            + " team/app: the external authorizer forbids it, because: frozen");
    }

    @Test
    void itsFailureIsSeenInTheStatusOfTheCluster() throws Exception {
        router.route("team/app", ann, READ);
        assertThat(status().getAuthorizer()).isEqualTo("ok");
        company.stop();
        assertThatThrownBy(() -> router.route("team/app", ann, READ)).hasMessageStartingWith("UNAVAILABLE");
        assertThat(status().getAuthorizer()).startsWith("the external authorizer at 127.0.0.1:" + company.port()
            + " does not answer: UNAVAILABLE");
        assertThat(status().getDegraded()).isTrue();
    }

    private ClusterStatusReply status() {
        return root.clusterStatus(ClusterStatusRequest.getDefaultInstance());
    }
}
