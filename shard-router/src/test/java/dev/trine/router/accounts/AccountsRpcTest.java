package dev.trine.router.accounts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.trine.proto.AddKeyRequest;
import dev.trine.proto.AdminGrpc.AdminBlockingStub;
import dev.trine.proto.ClusterStatusRequest;
import dev.trine.proto.CreateRepoRequest;
import dev.trine.proto.CreateTokenRequest;
import dev.trine.proto.CreateUserRequest;
import dev.trine.proto.Credential;
import dev.trine.proto.DeleteRepoRequest;
import dev.trine.proto.DisableUserRequest;
import dev.trine.proto.Grant;
import dev.trine.proto.GrantRole;
import dev.trine.proto.IdentifyRequest;
import dev.trine.proto.Key;
import dev.trine.proto.ListGrantsRequest;
import dev.trine.proto.ListKeysRequest;
import dev.trine.proto.ListPathsRequest;
import dev.trine.proto.ListReposReply;
import dev.trine.proto.ListReposRequest;
import dev.trine.proto.ListTokensRequest;
import dev.trine.proto.ListUsersRequest;
import dev.trine.proto.RemoveGrantRequest;
import dev.trine.proto.RemoveKeyRequest;
import dev.trine.proto.Repo;
import dev.trine.proto.RevokeTokenRequest;
import dev.trine.proto.SetGrantRequest;
import dev.trine.router.fixture.TestRouter;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who may do what by the administrators' API. */
class AccountsRpcTest {
    private static final String KEY_BASE64 = "AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f";

    @TempDir
    Path directory;

    private TestRouter router;
    private AdminBlockingStub root;
    private AdminBlockingStub ann;

    @BeforeEach
    void start() throws Exception {
        router = TestRouter.start(directory, "");
        root = router.admin();
        ann = router.adminAs(router.userWithToken("ann"));
    }

    @AfterEach
    void close() throws Exception {
        router.close();
    }

    private static Grant grant(String user, String path, GrantRole role) {
        return Grant.newBuilder().setUser(user).setPath(path).setRole(role).build();
    }

    private static SetGrantRequest set(Grant grant) {
        return SetGrantRequest.newBuilder().setGrant(grant).build();
    }

    private Repo create(String path) {
        return root.createRepo(CreateRepoRequest.newBuilder().setPath(path).build());
    }

    private static List<String> paths(ListReposReply reply) {
        return reply.getReposList().stream().map(Repo::getPath).toList();
    }

    @Test
    void withoutAWorkingTokenNothingIsAnswered() {
        for (String token : List.of("", "nonsense", "trine_" + "0".repeat(64))) {
            assertThatThrownBy(() -> router.adminAs(token).listUsers(ListUsersRequest.getDefaultInstance()))
                .hasMessageStartingWith("UNAUTHENTICATED: a working access token is needed");
        }
    }

    @Test
    void onlyAdministratorsManageUsersAndSeeTheCluster() {
        assertThatThrownBy(() -> ann.createUser(CreateUserRequest.newBuilder().setName("bob").build()))
            .hasMessageStartingWith("PERMISSION_DENIED");
        assertThatThrownBy(() -> ann.listUsers(ListUsersRequest.getDefaultInstance()))
            .hasMessageStartingWith("PERMISSION_DENIED");
        assertThatThrownBy(() -> ann.clusterStatus(ClusterStatusRequest.getDefaultInstance()))
            .hasMessageStartingWith("PERMISSION_DENIED");
        assertThatThrownBy(() -> ann.disableUser(DisableUserRequest.newBuilder().setName("admin").build()))
            .hasMessageStartingWith("PERMISSION_DENIED");
        assertThatThrownBy(() -> root.createUser(CreateUserRequest.newBuilder().setName("ann").build()))
            .hasMessage("ALREADY_EXISTS: user ann exists already");
        assertThatThrownBy(() -> root.createUser(CreateUserRequest.newBuilder().setName("Ann").build()))
            .hasMessageStartingWith("INVALID_ARGUMENT: 'Ann' is not a user name");
        assertThat(root.listUsers(ListUsersRequest.newBuilder().setLimit(1).build()).getMore()).isTrue();
    }

    @Test
    void anAdministratorCannotDisableHimself() {
        assertThatThrownBy(() -> root.disableUser(DisableUserRequest.newBuilder().setName("admin").build()))
            .hasMessageStartingWith("FAILED_PRECONDITION: you cannot disable yourself");
    }

    @Test
    void everybodyLooksAfterHisOwnKeysAndWhoHasAKeySignsInWithIt() {
        Key key = ann.addKey(AddKeyRequest.newBuilder().setUser("ann")
            .setPublicKey("ssh-ed25519 " + KEY_BASE64 + " laptop").build());
        IdentifyRequest byKey = IdentifyRequest.newBuilder()
            .setSshKey(ByteString.copyFrom(Base64.getDecoder().decode(KEY_BASE64))).build();
        assertThat(router.router().identify(byKey).getUser()).isEqualTo("ann");
        assertThat(ann.listKeys(ListKeysRequest.newBuilder().setUser("ann").build()).getKeysList())
            .containsExactly(key);
        assertThatThrownBy(() -> ann.listKeys(ListKeysRequest.newBuilder().setUser("admin").build()))
            .hasMessageStartingWith("PERMISSION_DENIED");
        assertThatThrownBy(() -> ann.addKey(AddKeyRequest.newBuilder().setUser("admin")
            .setPublicKey("ssh-ed25519 " + KEY_BASE64).build())).hasMessageStartingWith("PERMISSION_DENIED");
        assertThat(ann.removeKey(RemoveKeyRequest.newBuilder().setId(key.getId()).build())).isNotNull();
        assertThatThrownBy(() -> router.router().identify(byKey)).hasMessageStartingWith("NOT_FOUND");
    }

    @Test
    void nobodyRevokesATokenOfSomebodyElse() throws Exception {
        long admins = root.listTokens(ListTokensRequest.newBuilder().setUser("admin").build()).getTokens(0).getId();
        assertThatThrownBy(() -> ann.revokeToken(RevokeTokenRequest.newBuilder().setId(admins).build()))
            .hasMessageStartingWith("NOT_FOUND: there is no token " + admins);
        assertThatThrownBy(() -> ann.createToken(CreateTokenRequest.newBuilder().setUser("admin").build()))
            .hasMessageStartingWith("PERMISSION_DENIED");
        var mine = ann.createToken(CreateTokenRequest.newBuilder().setUser("ann").setLabel("ci").setLifeSeconds(60)
            .build());
        assertThat(mine.getToken().getExpires().getSeconds() - mine.getToken().getCreated().getSeconds())
            .isBetween(59L, 61L);
        assertThat(router.identify(mine.getSecret()).getUser()).isEqualTo("ann");
        assertThat(ann.revokeToken(RevokeTokenRequest.newBuilder().setId(mine.getToken().getId()).build())).isNotNull();
        assertThatThrownBy(() -> router.identify(mine.getSecret())).hasMessageStartingWith("NOT_FOUND");
    }

    @Test
    void whoAdministersAGroupGrantsInItAndNowhereElse() throws Exception {
        router.userWithToken("bob");
        assertThatThrownBy(() -> ann.setGrant(set(grant("bob", "team", GrantRole.READER))))
            .hasMessageStartingWith("PERMISSION_DENIED");
        root.setGrant(set(grant("ann", "team", GrantRole.ADMINISTRATOR)));
        Grant bobs = ann.setGrant(set(grant("bob", "team/tool", GrantRole.WRITER)));
        assertThat(ann.listGrants(ListGrantsRequest.newBuilder().setPath("team/tool").build()).getGrantsList())
            .containsExactly(bobs);
        assertThatThrownBy(() -> ann.setGrant(set(grant("bob", "other", GrantRole.READER))))
            .hasMessageStartingWith("PERMISSION_DENIED");
        assertThatThrownBy(() -> ann.setGrant(set(grant("ann", "*", GrantRole.ADMINISTRATOR))))
            .hasMessageStartingWith("PERMISSION_DENIED");
        assertThat(ann.removeGrant(RemoveGrantRequest.newBuilder().setUser("bob").setPath("team/tool").build()))
            .isNotNull();
        assertThatThrownBy(() -> ann.removeGrant(RemoveGrantRequest.newBuilder().setUser("bob").setPath("team/tool")
            .build())).hasMessageStartingWith("NOT_FOUND: user bob has no grant");
    }

    @Test
    void aListingShowsWhatTheCallerMayRead() {
        create("team/a");
        create("team/b");
        create("other/c");
        assertThat(paths(ann.listRepos(ListReposRequest.getDefaultInstance()))).isEmpty();
        root.setGrant(set(grant("ann", "team/b", GrantRole.READER)));
        root.setGrant(set(grant("ann", "other", GrantRole.READER)));
        assertThat(paths(ann.listRepos(ListReposRequest.getDefaultInstance()))).containsExactly("other/c", "team/b");
        assertThat(paths(ann.listRepos(ListReposRequest.newBuilder().setGroup("team").build())))
            .containsExactly("team/b");
        ListReposReply page = root.listRepos(ListReposRequest.newBuilder().setLimit(2).build());
        assertThat(paths(page)).containsExactly("other/c", "team/a");
        assertThat(page.getMore()).isTrue();
        assertThat(paths(root.listRepos(ListReposRequest.newBuilder().setAfter("team/a").build())))
            .containsExactly("team/b");
    }

    @Test
    void aListingShowsAllThatTheCallerMayReadHoweverManyGrantsThatTakes() throws Exception {
        create("a/first");
        create("z/last");
        root.setGrant(set(grant("ann", "a/first", GrantRole.READER)));
        for (int i = 0; i < 500; i++) {
            root.setGrant(set(grant("ann", "m/r" + i, GrantRole.READER)));
        }
        root.setGrant(set(grant("ann", "z/last", GrantRole.READER)));
        assertThat(paths(ann.listRepos(ListReposRequest.getDefaultInstance()))).containsExactly("a/first", "z/last");
        Credential anns = router.router().identify(IdentifyRequest.newBuilder().setUserName("ann").build())
            .getCredential();
        assertThat(router.router().listPaths(ListPathsRequest.newBuilder().setCredential(anns).build()).getPathsList())
            .containsExactly("a/first", "z/last");
    }

    @Test
    void whoMayOnlyReadMayNotDeleteAndAStrangerIsToldOfNothing() {
        create("team/a");
        DeleteRepoRequest delete = DeleteRepoRequest.newBuilder().setRepo("team/a").build();
        assertThatThrownBy(() -> ann.deleteRepo(delete)).hasMessageStartingWith("NOT_FOUND");
        root.setGrant(set(grant("ann", "team", GrantRole.WRITER)));
        assertThatThrownBy(() -> ann.deleteRepo(delete)).hasMessageStartingWith("PERMISSION_DENIED");
        root.setGrant(set(grant("ann", "team", GrantRole.ADMINISTRATOR)));
        assertThat(ann.deleteRepo(delete)).isNotNull();
    }
}
