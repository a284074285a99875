package dev.trine.router.rpc;

import static dev.trine.proto.Operation.READ;
import static dev.trine.proto.Operation.WRITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trine.proto.ArchiveRepoRequest;
import dev.trine.proto.CreateRepoRequest;
import dev.trine.proto.DisableUserRequest;
import dev.trine.proto.FindMigrationReply;
import dev.trine.proto.FindMigrationRequest;
import dev.trine.proto.GrantRole;
import dev.trine.proto.Identity;
import dev.trine.proto.ListMigrationRulesRequest;
import dev.trine.proto.ListUpstreamsRequest;
import dev.trine.proto.MigrationRule;
import dev.trine.proto.Operation;
import dev.trine.proto.RefChange;
import dev.trine.proto.RefLimit;
import dev.trine.proto.RefRule;
import dev.trine.proto.RemoveMigrationRuleRequest;
import dev.trine.proto.RemoveUpstreamRequest;
import dev.trine.proto.RenameRepoRequest;
import dev.trine.proto.UpdateRepoRefsRequest;
import dev.trine.proto.Upstream;
import dev.trine.proto.UpstreamCredential;
import dev.trine.proto.UpstreamRoute;
import dev.trine.proto.UpstreamsGrpc.UpstreamsBlockingStub;
import dev.trine.router.fixture.TestRouter;
import java.nio.file.Path;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Upstreams and migration rules, as the command line sets them and proxies meet them. */
@Timeout(60)
class UpstreamsRpcTest {
    private static final Upstream OLD = Upstream.newBuilder().setName("old").setBaseUrl("https://old.example/scm")
        .setCredential(UpstreamCredential.BASIC).build();

    @TempDir
    private Path directory;

    private TestRouter router;
    private UpstreamsBlockingStub root;
    private String annsToken;
    private Identity ann;

    @BeforeEach
    void start() throws Exception {
        router = TestRouter.start(directory, "create-on-push: writers\ncache: {fresh-for: 1h}");
        root = router.upstreamsAs(router.adminToken());
        annsToken = router.userWithToken("ann");
        ann = router.identify(annsToken);
        router.grant("ann", "team", GrantRole.WRITER);
        root.setUpstream(OLD);
    }

    @AfterEach
    void close() throws Exception {
        router.close();
    }

    private static void refused(String beginning, ThrowingCallable call) {
        assertThatThrownBy(call).hasMessageStartingWith(beginning);
    }

    private void rule(String path, String upstream, int percent) {
        root.setMigrationRule(MigrationRule.newBuilder().setPath(path).setUpstream(upstream).setPercent(percent)
            .build());
    }

    private String url(String path, Operation operation) {
        return router.route(path, ann, operation).getUpstream().getRepositoryUrl();
    }

    private void create(String path) throws Exception {
        router.admin().createRepo(CreateRepoRequest.newBuilder().setPath(path).build());
    }

    @Test
    void aRuleSendsEveryOperationToTheUpstreamAndCreatesNothing() throws Exception {
        rule("team", "old", 100);
        assertThat(router.route("/team/app.git", ann, READ).getUpstream()).isEqualTo(UpstreamRoute.newBuilder()
            .setName("old").setRepositoryUrl("https://old.example/scm/team/app.git")
            .setCredential(UpstreamCredential.BASIC).build());
        assertThat(url("team/app", WRITE)).isEqualTo("https://old.example/scm/team/app");
        root.removeMigrationRule(RemoveMigrationRuleRequest.newBuilder().setPath("team").build());
        refused("NOT_FOUND: there is no repository team/app", () -> router.route("team/app", ann, READ));
    }

    @Test
    void theSameUrlIsServedHereAsSoonAsTheRuleSaysSo() throws Exception {
        rule("*", "old", 100);
        create("team/app");
        assertThat(url("team/app.git", WRITE)).isNotEmpty();
        rule("team/app", "", 0);
        assertThat(router.route("team/app.git", ann, WRITE).hasUpstream()).isFalse();
        assertThat(router.route("team/app.git", ann, READ).getNode().getAddress()).isNotEmpty();
        assertThat(url("team/other", READ)).isNotEmpty();
    }

    @Test
    void accessIsDecidedHereBeforeAnythingIsSentThere() throws Exception {
        rule("*", "old", 100);
        refused("NOT_FOUND", () -> router.route("crew/app", ann, READ));
        refused("NOT_FOUND", () -> router.route("team/app", Identity.getDefaultInstance(), READ));
        router.grant("ann", "team", GrantRole.READER);
        assertThat(url("team/app", READ)).isNotEmpty();
        refused("PERMISSION_DENIED: you may read team/app but not push", () -> router.route("team/app", ann, WRITE));
        router.grant("ann", "team", GrantRole.WRITER);
        create("team/app");
        router.admin().archiveRepo(ArchiveRepoRequest.newBuilder().setRepo("team/app").setArchived(true).build());
        refused("PERMISSION_DENIED: repository team/app is archived", () -> router.route("team/app", ann, WRITE));
        router.admin().disableUser(DisableUserRequest.newBuilder().setName("ann").build());
        refused("NOT_FOUND", () -> router.route("team/app", ann, READ));
    }

    @Test
    void whatIsProtectedHereIsToldForAPushThereOnceTheRepositoryExistsHere() throws Exception {
        rule("*", "old", 100);
        router.admin().setRefRule(RefRule.newBuilder().setPath("team").setPattern("refs/heads/main")
            .setPush(GrantRole.MAINTAINER).build());
        assertThat(router.route("team/app", ann, WRITE).getRefLimitsList()).isEmpty();
        create("team/app");
        assertThat(router.route("team/app", ann, WRITE).getRefLimitsList())
            .containsExactly(RefLimit.newBuilder().setPattern("refs/heads/main").build());
        assertThat(router.route("team/app", ann, READ).getRefLimitsList()).isEmpty();
    }

    @Test
    void aReadOnlyRuleRefusesPushesOnly() {
        root.setMigrationRule(MigrationRule.newBuilder().setPath("team/app").setUpstream("old").setPercent(100)
            .setReadOnly(true).build());
        assertThat(url("team/app", READ)).isNotEmpty();
        refused("PERMISSION_DENIED: repository team/app is being moved here and cannot be pushed to meanwhile",
            () -> router.route("team/app", ann, WRITE));
    }

    @Test
    void anAdministratorOfTheRepositoryPassesTheRulesBy() throws Exception {
        rule("*", "old", 100);
        create("team/app");
        refused("PERMISSION_DENIED: '+here/' passes migration rules by", () ->
            router.route("+here/team/app.git", ann, WRITE));
        refused("NOT_FOUND", () -> router.route("+here/crew/app.git", ann, WRITE));
        assertThat(router.route("/+here/team/app.git", router.root(), WRITE).getPath()).isEqualTo("team/app");
        router.grant("ann", "team/app", GrantRole.ADMINISTRATOR);
        assertThat(router.route("+here/team/app.git", ann, READ).hasUpstream()).isFalse();
    }

    @Test
    void refsOfWhatAnUpstreamServesAreNotChangedHere() throws Exception {
        create("team/app");
        rule("team/app", "old", 100);
        refused("FAILED_PRECONDITION: repository team/app is still served by upstream old, by the migration rule on"
            + " 'team/app'; change its refs there", () -> router.admin().updateRepoRefs(UpdateRepoRefsRequest
            .newBuilder().setRepo("team/app").setToken("token-0001").addChanges(RefChange.newBuilder()
                .setName("refs/heads/x")).build()));
    }

    @Test
    void whatWasRenamedHereGoesByItsPathOfToday() throws Exception {
        create("team/app");
        rule("team", "old", 100);
        router.admin().renameRepo(RenameRepoRequest.newBuilder().setRepo("team/app").setNewPath("crew/app").build());
        router.grant("ann", "crew", GrantRole.WRITER);
        assertThat(router.route("team/app", ann, READ).getPath()).isEqualTo("crew/app");
        rule("crew", "old", 100);
        assertThat(url("team/app", WRITE)).isEqualTo("https://old.example/scm/crew/app");
        router.grant("ann", "team", GrantRole.ADMINISTRATOR);
        refused("PERMISSION_DENIED: '+here/' passes migration rules by, and takes the role of administrator at"
            + " crew/app", () -> router.route("+here/team/app", ann, WRITE));
    }

    @Test
    void whereARepositoryIsServedIsTold() {
        rule("team", "old", 100);
        rule("team/app", "", 0);
        FindMigrationReply sent = root.findMigration(FindMigrationRequest.newBuilder().setPath("/team/x.git").build());
        assertThat(sent.getUpstream()).isEqualTo(OLD);
        assertThat(sent.getRule().getPath()).isEqualTo("team");
        FindMigrationReply here = root.findMigration(FindMigrationRequest.newBuilder().setPath("team/app").build());
        assertThat(here.hasUpstream()).isFalse();
        assertThat(here.getRule().getPath()).isEqualTo("team/app");
        assertThat(root.findMigration(FindMigrationRequest.newBuilder().setPath("crew/x").build()).hasRule()).isFalse();
        assertThat(root.listMigrationRules(ListMigrationRulesRequest.getDefaultInstance()).getRulesList())
            .extracting(MigrationRule::getPath).containsExactly("team", "team/app");
        assertThat(root.listUpstreams(ListUpstreamsRequest.getDefaultInstance()).getUpstreamsList())
            .containsExactly(OLD);
    }

    @Test
    void onlyAdministratorsOfTheClusterSayWhereProxiesConnectTo() throws Exception {
        router.grant("ann", "*", GrantRole.ADMINISTRATOR);
        UpstreamsBlockingStub hers = router.upstreamsAs(annsToken);
        MigrationRule rule = MigrationRule.newBuilder().setPath("team").setUpstream("old").setPercent(1).build();
        String denial = "PERMISSION_DENIED: only administrators of the cluster";
        refused(denial, () -> hers.setUpstream(OLD));
        refused(denial, () -> hers.listUpstreams(ListUpstreamsRequest.getDefaultInstance()));
        refused(denial, () -> hers.removeUpstream(RemoveUpstreamRequest.newBuilder().setName("old").build()));
        refused(denial, () -> hers.setMigrationRule(rule));
        refused(denial, () -> hers.listMigrationRules(ListMigrationRulesRequest.getDefaultInstance()));
        refused(denial, () -> hers.removeMigrationRule(RemoveMigrationRuleRequest.newBuilder().setPath("team")
            .build()));
        refused(denial, () -> hers.findMigration(FindMigrationRequest.newBuilder().setPath("team/app").build()));
        refused("UNAUTHENTICATED", () -> router.upstreamsAs("x").setUpstream(OLD));
    }

    @Test
    void whatCannotBeIsRefusedWithASentence() {
        rule("team", "old", 1);
        refused("NOT_FOUND: there is no upstream none", () -> rule("team", "none", 1));
        refused("NOT_FOUND: there is no upstream none",
            () -> root.removeUpstream(RemoveUpstreamRequest.newBuilder().setName("none").build()));
        refused("NOT_FOUND: there is no migration rule on exactly 'crew'",
            () -> root.removeMigrationRule(RemoveMigrationRuleRequest.newBuilder().setPath("crew").build()));
        refused("FAILED_PRECONDITION: migration rules name upstream old",
            () -> root.removeUpstream(RemoveUpstreamRequest.newBuilder().setName("old").build()));
        refused("INVALID_ARGUMENT: a percentage is between 0 and 100", () -> rule("team", "old", 101));
        refused("INVALID_ARGUMENT: 'file:///etc' cannot be the base URL",
            () -> root.setUpstream(OLD.toBuilder().setBaseUrl("file:///etc").build()));
        refused("INVALID_ARGUMENT: how to sign in", () -> root.setUpstream(OLD.toBuilder().clearCredential().build()));
    }
}
