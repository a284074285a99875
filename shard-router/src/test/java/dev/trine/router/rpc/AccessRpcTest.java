package dev.trine.router.rpc;

import static dev.trine.proto.Operation.READ;
import static dev.trine.proto.Operation.WRITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import dev.trine.proto.AddKeyRequest;
import dev.trine.proto.AdminGrpc.AdminBlockingStub;
import dev.trine.proto.ArchiveRepoRequest;
import dev.trine.proto.CreatePathRequest;
import dev.trine.proto.CreateRepoRequest;
import dev.trine.proto.CreateTokenRequest;
import dev.trine.proto.Credential;
import dev.trine.proto.DeleteRepoRequest;
import dev.trine.proto.DisableUserRequest;
import dev.trine.proto.GrantRole;
import dev.trine.proto.IdentifyRequest;
import dev.trine.proto.Identity;
import dev.trine.proto.Key;
import dev.trine.proto.ListKeysRequest;
import dev.trine.proto.ListPathsRequest;
import dev.trine.proto.ListRefRulesRequest;
import dev.trine.proto.ListReposRequest;
import dev.trine.proto.ListTokensRequest;
import dev.trine.proto.Operation;
import dev.trine.proto.RefLimit;
import dev.trine.proto.RefRule;
import dev.trine.proto.RemoveKeyRequest;
import dev.trine.proto.RemoveRefRuleRequest;
import dev.trine.proto.RenameRepoRequest;
import dev.trine.proto.Repo;
import dev.trine.proto.RevokeTokenRequest;
import dev.trine.proto.Right;
import dev.trine.proto.RouteRequest;
import dev.trine.proto.SetVisibilityRequest;
import dev.trine.proto.TokenKind;
import dev.trine.proto.Visibility;
import dev.trine.router.fixture.TestRouter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Limited credentials, visibility, protection, archive and redirects, as proxies and the command line meet them. */
@Timeout(60)
class AccessRpcTest {
    private static final Duration PATIENCE = Duration.ofSeconds(50);
    private static final String KEY = "AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f";
    private static final String NOBODYS =
        "NOT_FOUND: the credential is nobody's, or it has expired or was revoked";
    private static final Identity NOBODY = Identity.getDefaultInstance();

    @TempDir
    private Path directory;

    private TestRouter router;
    private AdminBlockingStub root;
    private AdminBlockingStub ann;

    @BeforeEach
    void start() throws Exception {
        router = TestRouter.start(directory, "anonymous-read: true");
        root = router.admin();
        ann = router.adminAs(router.userWithToken("ann"));
        root.createRepo(CreateRepoRequest.newBuilder().setPath("team/tool").build());
        root.createRepo(CreateRepoRequest.newBuilder().setPath("team/other").build());
    }

    @AfterEach
    void close() throws Exception {
        router.close();
    }

    private static Right right(String path, GrantRole role) {
        return Right.newBuilder().setPath(path).setRole(role).build();
    }

    private static void refused(String beginning, ThrowingCallable call) {
        assertThatThrownBy(call).hasMessageStartingWith(beginning);
    }

    private Identity anns(GrantRole role, String path) throws Exception {
        router.grant("ann", path, role);
        return router.identify(ann.createToken(CreateTokenRequest.newBuilder().setUser("ann").build()).getSecret());
    }

    private String path(String asked, Identity who) {
        return router.route(asked, who, READ).getPath();
    }

    @Test
    void whenACredentialWasUsedLastIsStillKnownAfterTheRouterWasStopped() throws Exception {
        String token = router.userWithToken("bob");
        root.addKey(AddKeyRequest.newBuilder().setUser("bob").setPublicKey("ssh-ed25519 " + KEY).build());
        assertThat(bobsKey().hasLastUsed()).isFalse();
        router.identify(token);
        router.router().identify(IdentifyRequest.newBuilder()
            .setSshKey(ByteString.copyFrom(Base64.getDecoder().decode(KEY))).build());
        router.stop();
        router.startAgain();
        root = router.admin();
        assertThat(bobsKey().hasLastUsed()).isTrue();
        assertThat(root.listTokens(ListTokensRequest.newBuilder().setUser("bob").build()).getTokens(0).hasLastUsed())
            .isTrue();
    }

    private Key bobsKey() {
        return root.listKeys(ListKeysRequest.newBuilder().setUser("bob").build()).getKeys(0);
    }

    @Test
    void aLimitedTokenAllowsNeitherMoreThanItsRightsNorMoreThanItsUserMay() throws Exception {
        router.grant("ann", "team", GrantRole.ADMINISTRATOR);
        CreateTokenRequest.Builder wanted = CreateTokenRequest.newBuilder().setUser("ann")
            .addRights(right("team/tool", GrantRole.READER)).addRights(right("crew", GrantRole.WRITER));
        Identity limited = router.identify(ann.createToken(wanted.build()).getSecret());
        assertThat(limited.getUser()).isEqualTo("ann");
        assertThat(path("team/tool", limited)).isEqualTo("team/tool");
        refused("PERMISSION_DENIED: you may read team/tool but not push",
            () -> router.route("team/tool", limited, WRITE));
        refused("NOT_FOUND: there is no repository team/other, or you may not see it",
            () -> router.route("team/other", limited, READ));
        refused("NOT_FOUND: there is no repository crew/x, or you may not see it",
            () -> router.route("crew/x", limited, WRITE));
    }

    @Test
    void aProxyFindsAUserByNameUntilHeIsDisabled() throws Exception {
        router.grant("ann", "team", GrantRole.WRITER);
        IdentifyRequest asked = IdentifyRequest.newBuilder().setUserName("ann").build();
        Identity found = router.router().identify(asked);
        assertThat(found.getUser()).isEqualTo("ann");
        assertThat(router.route("team/tool", found, WRITE).getPath()).isEqualTo("team/tool");
        refused("NOT_FOUND", () -> router.router().identify(IdentifyRequest.newBuilder().setUserName("bob").build()));
        refused("INVALID_ARGUMENT", () -> router.router()
            .identify(IdentifyRequest.newBuilder().setUserName("No Body").build()));
        root.disableUser(DisableUserRequest.newBuilder().setName("ann").build());
        refused(NOBODYS, () -> router.router().identify(asked));
    }

    @Test
    void whoSignedInAtAProxyListsAndCreatesAsHisRolesAllow() throws Exception {
        Identity reader = anns(GrantRole.READER, "team");
        ListPathsRequest.Builder list = ListPathsRequest.newBuilder().setCredential(reader.getCredential());
        assertThat(router.router().listPaths(list.build()).getPathsList()).containsExactly("team/other", "team/tool");
        assertThat(router.router().listPaths(list.setAfter("team/other").build()).getPathsList())
            .containsExactly("team/tool");
        assertThat(router.router().listPaths(list.setAfter("").setGroup("crew").build()).getPathsList()).isEmpty();
        CreatePathRequest create = CreatePathRequest.newBuilder().setCredential(reader.getCredential())
            .setPath("/team/new.git").build();
        refused("PERMISSION_DENIED: you are not an administrator of team/new",
            () -> router.router().createPath(create));
        router.grant("ann", "team", GrantRole.ADMINISTRATOR);
        assertThat(router.router().createPath(create).getPath()).isEqualTo("team/new");
        refused("ALREADY_EXISTS", () -> router.router().createPath(create));
        refused("PERMISSION_DENIED: key 9 acts for no user", () -> router.router().createPath(create.toBuilder()
            .setCredential(Credential.newBuilder().setName("key 9").addRights(right("team", GrantRole.WRITER)))
            .build()));
    }

    @Test
    void aKeyOfATypeThatIsNotServedIsNotRegistered() {
        refused("INVALID_ARGUMENT: the line is not a public key: it must start with one of [", () -> ann.addKey(
            AddKeyRequest.newBuilder().setUser("ann").setPublicKey("ssh-dss " + KEY).build()));
    }

    @Test
    void aPathThatIsTooLongOrLooksLikeAnOptionIsNotCreated() {
        assertThatThrownBy(() -> root.createRepo(CreateRepoRequest.newBuilder().setPath("g/" + "x".repeat(511))
            .build())).hasMessageStartingWith("INVALID_ARGUMENT: 'g/x")
            .hasMessageEndingWith("is not a repository path: it is longer than 512 bytes");
        refused("INVALID_ARGUMENT: a repository cannot be called g/-x: no part of a new path begins with '-'",
            () -> root.createRepo(CreateRepoRequest.newBuilder().setPath("g/-x").build()));
    }

    @Test
    void aTokenThatHasExpiredIsNobodysAndOpensNothing() throws Exception {
        router.grant("ann", "team", GrantRole.READER);
        String secret = ann.createToken(CreateTokenRequest.newBuilder().setUser("ann").setLifeSeconds(1).build())
            .getSecret();
        await().atMost(PATIENCE).untilAsserted(() -> refused(NOBODYS, () -> router.identify(secret)));
        Identity over = Identity.newBuilder().setCredential(anns(GrantRole.READER, "team").getCredential().toBuilder()
            .setExpiresMs(1)).build();
        refused("NOT_FOUND: there is no repository team/tool, or you may not see it",
            () -> router.route("team/tool", over, READ));
        refused("UNAUTHENTICATED: a working access token is needed", () -> router.adminAs(secret)
            .listRepos(ListReposRequest.getDefaultInstance()));
    }

    @Test
    void aDeployKeyOpensARepositoryNoLongerThanItsRightThereLasts() throws Exception {
        long soon = System.currentTimeMillis() + 5_000; // in which it is registered
        root.addKey(AddKeyRequest.newBuilder().setUser("admin").setPublicKey("ssh-ed25519 " + KEY)
            .addRights(right("team/tool", GrantRole.READER).toBuilder().setExpiresMs(soon))
            .addRights(right("team/other", GrantRole.READER)).build());
        IdentifyRequest byKey = IdentifyRequest.newBuilder()
            .setSshKey(ByteString.copyFrom(Base64.getDecoder().decode(KEY))).build();
        await().atMost(PATIENCE).untilAsserted(() -> refused(
            "NOT_FOUND: there is no repository team/tool, or you may not see it",
            () -> router.route("team/tool", router.router().identify(byKey), READ)));
        assertThat(path("team/other", router.router().identify(byKey))).isEqualTo("team/other");
    }

    @Test
    void aPathHasABoundedNumberOfRules() throws Exception {
        for (int i = 0; i < 50; i++) {
            root.setRefRule(RefRule.newBuilder().setPath("team").setPattern("refs/heads/r" + i).build());
        }
        refused("FAILED_PRECONDITION: 'team' has 50 rules already, which is the limit; remove one first",
            () -> root.setRefRule(RefRule.newBuilder().setPath("team").setPattern("refs/heads/more").build()));
    }

    @Test
    void aShortRsaKeyIsNotRegistered() {
        String line = "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAAgCB";
        refused("INVALID_ARGUMENT: the RSA key has 8 bits, and at least 3072 are required", () -> ann.addKey(
            AddKeyRequest.newBuilder().setUser("ann").setPublicKey(line).build()));
        refused("INVALID_ARGUMENT: the RSA key has 8 bits", () -> root.addKey(AddKeyRequest.newBuilder()
            .setPublicKey(line).addRights(right("team", GrantRole.READER)).build()));
    }

    @Test
    void aProxyThatKnowsOfNoRightsCannotUseALimitedToken() throws Exception {
        router.grant("ann", "team", GrantRole.WRITER);
        Identity limited = router.identify(ann.createToken(CreateTokenRequest.newBuilder().setUser("ann")
            .addRights(right("*", GrantRole.READER)).build()).getSecret());
        refused("NOT_FOUND", () -> router.router().route(RouteRequest.newBuilder().setPath("team/tool")
            .setUserId(limited.getUserId()).setOperation(READ).build()));
        Identity whole = anns(GrantRole.WRITER, "team");
        assertThat(router.router().route(RouteRequest.newBuilder().setPath("team/tool")
            .setUserId(whole.getUserId()).setOperation(WRITE).build()).getPath()).isEqualTo("team/tool");
    }

    @Test
    void aTokenWithLimitsCallsTheAdministrationOnlyIfItMayAndMakesNoCredentials() throws Exception {
        router.grant("ann", "team", GrantRole.ADMINISTRATOR);
        CreateTokenRequest.Builder wanted = CreateTokenRequest.newBuilder().setUser("ann")
            .addRights(right("team/tool", GrantRole.MAINTAINER));
        AdminBlockingStub gitOnly = router.adminAs(ann.createToken(wanted.build()).getSecret());
        refused("PERMISSION_DENIED: the access token is for Git only",
            () -> gitOnly.listRepos(ListReposRequest.getDefaultInstance()));
        AdminBlockingStub api = router.adminAs(ann.createToken(wanted.setApi(true).build()).getSecret());
        assertThat(api.listRepos(ListReposRequest.getDefaultInstance()).getReposList()).extracting(Repo::getPath)
            .containsExactly("team/tool");
        refused("PERMISSION_DENIED: your access token has limits",
            () -> api.createToken(CreateTokenRequest.newBuilder().setUser("ann").build()));
        refused("PERMISSION_DENIED: your access token has limits", () -> api.createToken(CreateTokenRequest.newBuilder()
            .setUser("ann").setKind(TokenKind.DEPLOY).addRights(right("team/tool", GrantRole.READER)).build()));
        refused("PERMISSION_DENIED: your access token has limits", () -> api.addKey(AddKeyRequest.newBuilder()
            .setPublicKey("ssh-ed25519 " + KEY).addRights(right("team/tool", GrantRole.READER)).build()));
        refused("PERMISSION_DENIED", () -> api.setVisibility(SetVisibilityRequest.newBuilder().setPath("team/tool")
            .setVisibility(Visibility.PUBLIC).build()));
    }

    @Test
    void aTokenWithLimitsTakesNothingOfItsUsersAway() throws Exception {
        router.grant("ann", "team", GrantRole.ADMINISTRATOR);
        AdminBlockingStub api = router.adminAs(ann.createToken(CreateTokenRequest.newBuilder().setUser("ann")
            .addRights(right("team/tool", GrantRole.READER)).setApi(true).build()).getSecret());
        long key = ann.addKey(AddKeyRequest.newBuilder().setUser("ann").setPublicKey("ssh-ed25519 " + KEY).build())
            .getId();
        long token = ann.createToken(CreateTokenRequest.newBuilder().setUser("ann").build()).getToken().getId();
        refused("NOT_FOUND", () -> api.removeKey(RemoveKeyRequest.newBuilder().setId(key).build()));
        refused("NOT_FOUND", () -> api.revokeToken(RevokeTokenRequest.newBuilder().setId(token).build()));
        ann.removeKey(RemoveKeyRequest.newBuilder().setId(key).build());
        ann.revokeToken(RevokeTokenRequest.newBuilder().setId(token).build());
    }

    @Test
    void whoMadeADeployCredentialEndsItOnlyWhileHeMaintainsItsPaths() throws Exception {
        router.grant("ann", "team/tool", GrantRole.MAINTAINER);
        Right right = right("team/tool", GrantRole.READER);
        RevokeTokenRequest token = RevokeTokenRequest.newBuilder().setId(ann.createToken(CreateTokenRequest.newBuilder()
            .setUser("ann").setKind(TokenKind.DEPLOY).addRights(right).build()).getToken().getId()).build();
        RemoveKeyRequest key = RemoveKeyRequest.newBuilder().setId(ann.addKey(AddKeyRequest.newBuilder()
            .setPublicKey("ssh-ed25519 " + KEY).addRights(right).build()).getId()).build();
        router.grant("ann", "team/tool", GrantRole.WRITER);
        refused("NOT_FOUND", () -> ann.revokeToken(token));
        refused("NOT_FOUND", () -> ann.removeKey(key));
        refused("NOT_FOUND", () -> ann.removeKey(key.toBuilder().setPath("team/tool").build()));
        router.grant("ann", "team/tool", GrantRole.MAINTAINER);
        assertThat(ann.revokeToken(token)).isNotNull();
        assertThat(ann.removeKey(key)).isNotNull();
    }

    @Test
    void nobodyIsToldOfRightsWhereHeMaySeeNothing() throws Exception {
        router.grant("ann", "team/tool", GrantRole.MAINTAINER);
        Right hers = right("team/tool", GrantRole.READER);
        AddKeyRequest.Builder key = AddKeyRequest.newBuilder().setPublicKey("ssh-ed25519 " + KEY);
        root.addKey(key.addRights(right("team/other", GrantRole.WRITER)).build());
        assertThat(ann.addKey(key.clearRights().addRights(hers).build()).getRightsList()).containsExactly(hers);
        ListKeysRequest keys = ListKeysRequest.newBuilder().setPath("team/tool").build();
        assertThat(ann.listKeys(keys).getKeys(0).getRightsList()).containsExactly(hers);
        assertThat(root.listKeys(keys).getKeys(0).getRightsList()).hasSize(2);
        root.createToken(CreateTokenRequest.newBuilder().setUser("admin").setKind(TokenKind.DEPLOY).addRights(hers)
            .addRights(right("team/other", GrantRole.WRITER)).build());
        ListTokensRequest tokens = ListTokensRequest.newBuilder().setPath("team/tool").build();
        assertThat(ann.listTokens(tokens).getTokens(0).getRightsList()).containsExactly(hers);
        assertThat(root.listTokens(tokens).getTokens(0).getRightsList()).hasSize(2);
    }

    @Test
    void aDeployTokenActsForItselfUntilAMaintainerRevokesIt() throws Exception {
        CreateTokenRequest wanted = CreateTokenRequest.newBuilder().setUser("ann").setKind(TokenKind.DEPLOY)
            .addRights(right("team/tool", GrantRole.WRITER)).build();
        refused("PERMISSION_DENIED: you are not a maintainer of 'team/tool'", () -> ann.createToken(wanted));
        router.grant("ann", "team/tool", GrantRole.MAINTAINER);
        var made = ann.createToken(wanted);
        assertThat(made.getSecret()).startsWith("trine_dep_");
        Identity deploy = router.identify(made.getSecret());
        assertThat(deploy.getUserId()).isZero();
        assertThat(deploy.getUser()).isEqualTo("token " + made.getToken().getId());
        assertThat(router.route("team/tool", deploy, WRITE).getPath()).isEqualTo("team/tool");
        refused("NOT_FOUND: there is no repository team/other, or you may not see it",
            () -> router.route("team/other", deploy, READ));
        assertThat(ann.listTokens(ListTokensRequest.newBuilder().setPath("team/tool").build()).getTokensList())
            .hasSize(1);
        refused("INVALID_ARGUMENT: a deploy key or token needs at least one path", () -> ann.createToken(
            CreateTokenRequest.newBuilder().setUser("ann").setKind(TokenKind.DEPLOY)
                .addRights(right("team/tool", GrantRole.ADMINISTRATOR)).build()));
        root.revokeToken(RevokeTokenRequest.newBuilder().setId(made.getToken().getId()).build());
        refused(NOBODYS, () -> router.identify(made.getSecret()));
    }

    @Test
    void aMistypedTokenIsNobodys() throws Exception {
        String secret = ann.createToken(CreateTokenRequest.newBuilder().setUser("ann").build()).getSecret();
        assertThat(secret).matches("trine_pat_[0-9A-Za-z]{49}");
        assertThat(router.identify(secret).getUser()).isEqualTo("ann");
        String other = secret.endsWith("a") ? "b" : "a";
        refused(NOBODYS, () -> router.identify(secret.substring(0, secret.length() - 1) + other));
    }

    @Test
    void aDeployKeyHasItsRightsWhereTheyWereGiven() throws Exception {
        router.grant("ann", "team", GrantRole.MAINTAINER);
        AddKeyRequest.Builder key = AddKeyRequest.newBuilder().setPublicKey("ssh-ed25519 " + KEY);
        Key added = ann.addKey(key.addRights(right("team/tool", GrantRole.READER)).build());
        ann.addKey(key.clearRights().addRights(right("team/other", GrantRole.WRITER)).build());
        IdentifyRequest byKey = IdentifyRequest.newBuilder()
            .setSshKey(ByteString.copyFrom(Base64.getDecoder().decode(KEY))).build();
        Identity deploy = router.router().identify(byKey);
        assertThat(deploy.getUser()).isEqualTo("key " + added.getId());
        assertThat(path("team/tool", deploy)).isEqualTo("team/tool");
        refused("PERMISSION_DENIED: you may read team/tool but not push to it; ask for the role of writer",
            () -> router.route("team/tool", deploy, WRITE));
        assertThat(router.route("team/other", deploy, WRITE).getPath()).isEqualTo("team/other");
        assertThat(ann.listKeys(ListKeysRequest.newBuilder().setPath("team/other").build()).getKeysList()).hasSize(1);
        ann.removeKey(RemoveKeyRequest.newBuilder().setId(added.getId()).setPath("team/other").build());
        Identity less = router.router().identify(byKey);
        refused("NOT_FOUND: there is no repository team/other, or you may not see it",
            () -> router.route("team/other", less, READ));
        refused("ALREADY_EXISTS", () -> ann.addKey(AddKeyRequest.newBuilder().setUser("ann")
            .setPublicKey("ssh-ed25519 " + KEY).build()));
    }

    @Test
    void visibilityLetsUsersAndEverybodyRead() throws Exception {
        Identity stranger = router.identify(ann.createToken(
            CreateTokenRequest.newBuilder().setUser("ann").build()).getSecret());
        refused("NOT_FOUND: there is no repository team/tool, or you may not see it",
            () -> router.route("team/tool", stranger, READ));
        visibility("team", Visibility.INTERNAL);
        assertThat(path("team/tool", stranger)).isEqualTo("team/tool");
        refused("NOT_FOUND: there is no repository team/tool, or you may not see it",
            () -> router.route("team/tool", NOBODY, READ));
        visibility("team/tool", Visibility.PUBLIC);
        assertThat(path("team/tool", NOBODY)).isEqualTo("team/tool");
        refused("NOT_FOUND", () -> router.route("team/other", NOBODY, READ));
        refused("PERMISSION_DENIED: you may read", () -> router.route("team/tool", NOBODY, WRITE));
        refused("PERMISSION_DENIED", () -> router.route("team/tool", stranger, WRITE));
        refused("PERMISSION_DENIED: that takes the role of administrator at 'team'", () -> ann.setVisibility(
            SetVisibilityRequest.newBuilder().setPath("team").setVisibility(Visibility.PUBLIC).build()));
    }

    private void visibility(String path, Visibility visibility) {
        root.setVisibility(SetVisibilityRequest.newBuilder().setPath(path).setVisibility(visibility).build());
    }

    @Test
    void anonymousReadsMayBeSwitchedOff() throws Exception {
        visibility("team", Visibility.PUBLIC);
        router.stop();
        TestRouter closed = router.with("anonymous-read: false");
        closed.startAgain();
        try {
            refused("NOT_FOUND: there is no repository team/tool, or you may not see it",
                () -> closed.route("team/tool", NOBODY, READ));
        } finally {
            closed.stop();
        }
        router.startAgain();
    }

    @Test
    void aRuleSaysWhoMayChangeARef() throws Exception {
        Identity writer = anns(GrantRole.WRITER, "team/tool");
        RefRule rule = RefRule.newBuilder().setPath("team").setPattern("refs/heads/main")
            .setPush(GrantRole.MAINTAINER).build();
        refused("PERMISSION_DENIED: that takes the role of maintainer at 'team'", () -> ann.setRefRule(rule));
        root.setRefRule(rule);
        assertThat(router.route("team/tool", writer, WRITE).getRefLimitsList())
            .containsExactly(RefLimit.newBuilder().setPattern("refs/heads/main").build());
        router.grant("ann", "team/tool", GrantRole.MAINTAINER);
        assertThat(router.route("team/tool", writer, WRITE).getRefLimitsList())
            .containsExactly(RefLimit.newBuilder().setPattern("refs/heads/main").setPush(true).build());
        assertThat(ann.listRefRules(ListRefRulesRequest.newBuilder().setPath("team/tool").build()).getRulesList())
            .containsExactly(rule);
        refused("INVALID_ARGUMENT: 'main' is not a pattern of refs", () -> root.setRefRule(
            rule.toBuilder().setPattern("main").build()));
        root.removeRefRule(RemoveRefRuleRequest.newBuilder().setPath("team").setPattern("refs/heads/main").build());
        assertThat(router.route("team/tool", writer, WRITE).getRefLimitsList()).isEmpty();
        refused("NOT_FOUND: there is no rule", () -> root.removeRefRule(
            RemoveRefRuleRequest.newBuilder().setPath("team").setPattern("refs/heads/main").build()));
    }

    @Test
    void anArchivedRepositoryIsReadOnly() throws Exception {
        Identity maintainer = anns(GrantRole.MAINTAINER, "team/tool");
        assertThat(ann.archiveRepo(ArchiveRepoRequest.newBuilder().setRepo("team/tool").setArchived(true).build())
            .getArchived()).isTrue();
        refused("PERMISSION_DENIED: repository team/tool is archived and read-only",
            () -> router.route("team/tool", maintainer, WRITE));
        assertThat(path("team/tool", maintainer)).isEqualTo("team/tool");
        ann.archiveRepo(ArchiveRepoRequest.newBuilder().setRepo("team/tool").build());
        assertThat(router.route("team/tool", maintainer, WRITE).getPath()).isEqualTo("team/tool");
        refused("NOT_FOUND", () -> ann.archiveRepo(ArchiveRepoRequest.newBuilder().setRepo("team/other").build()));
    }

    @Test
    void whoMayNotSeeARenamedRepositoryDoesNotHearWhereItIsNow() throws Exception {
        root.renameRepo(RenameRepoRequest.newBuilder().setRepo("team/tool").setNewPath("secret/plan").build());
        Identity stranger = router.identify(router.userWithToken("bob"));
        for (Operation operation : List.of(READ, WRITE)) {
            assertThatThrownBy(() -> router.route("team/tool", stranger, operation))
                .hasMessage("NOT_FOUND: there is no repository team/tool, or you may not see it");
        }
    }

    @Test
    void aRenamedRepositoryIsFoundAtItsOldPathByWhoMayReadItAtTheNew() throws Exception {
        Identity reader = anns(GrantRole.READER, "crew");
        root.renameRepo(RenameRepoRequest.newBuilder().setRepo("team/tool").setNewPath("crew/tool").build());
        assertThat(path("team/tool", reader)).isEqualTo("crew/tool");
        assertThat(path("crew/tool", reader)).isEqualTo("crew/tool");
        refused("FAILED_PRECONDITION: team/tool is crew/tool now; name it by that path",
            () -> root.deleteRepo(DeleteRepoRequest.newBuilder().setRepo("team/tool").build()));
        refused("FAILED_PRECONDITION: team/tool is crew/tool now; name it by that path", () -> root.archiveRepo(
            ArchiveRepoRequest.newBuilder().setRepo("team/tool").setArchived(true).build()));
        root.createRepo(CreateRepoRequest.newBuilder().setPath("team/tool").build());
        refused("NOT_FOUND", () -> router.route("team/tool", reader, READ));
    }
}
