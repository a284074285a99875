package dev.trine.router.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.google.protobuf.Message;
import com.google.protobuf.TextFormat;
import dev.trine.proto.AddKeyRequest;
import dev.trine.proto.AdminGrpc;
import dev.trine.proto.AdminGrpc.AdminBlockingStub;
import dev.trine.proto.CreateRepoRequest;
import dev.trine.proto.CreateTokenRequest;
import dev.trine.proto.Grant;
import dev.trine.proto.GrantRole;
import dev.trine.proto.ListGrantsReply;
import dev.trine.proto.ListGrantsRequest;
import dev.trine.proto.ListKeysRequest;
import dev.trine.proto.ListReposReply;
import dev.trine.proto.ListReposRequest;
import dev.trine.proto.ListSettingsRequest;
import dev.trine.proto.ListTokensRequest;
import dev.trine.proto.ListUsersRequest;
import dev.trine.proto.RefRule;
import dev.trine.proto.Repo;
import dev.trine.proto.Right;
import dev.trine.proto.SetSettingRequest;
import dev.trine.proto.Token;
import dev.trine.proto.UpstreamsGrpc;
import dev.trine.router.fixture.TestRouter;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.PrototypeMarshaller;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a token with limits that may call the administration gets of each of its calls: what lies on its paths. */
@Timeout(60)
class LimitedTokenTest {
    private static final String KEY = "AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f";
    /** Each call with a request that reaches beyond team/tool, on which the token is good; $me is its user. */
    private static final String BEYOND = """
        CreateUser name: "eve"
        ListUsers
        DisableUser name: "bob"
        EnableUser name: "bob"
        AddKey user: "$me" public_key: "ssh-ed25519 $key"
        ListKeys user: "$me"
        RemoveKey id: 1
        CreateToken user: "$me"
        ListTokens user: "$me"
        RevokeToken id: $token
        CreateRepo path: "team/new"
        DescribeRepo repo: "team/other"
        ListReceipts repo: "team/other"
        VerifyReceipt repo: "team/other" version: 1
        UpdateRepoRefs repo: "team/other" token: "12345678" changes {}
        RenameRepo repo: "team/tool" new_path: "team/moved"
        ArchiveRepo repo: "team/other" archived: true
        SetVisibility path: "team" visibility: PUBLIC
        SetRefRule path: "team" pattern: "refs/heads/more"
        ListRefRules path: "team"
        RemoveRefRule path: "team" pattern: "refs/heads/main"
        DeleteRepo repo: "team/other"
        RepairRepo repo: "team/tool"
        SetGrant grant {user: "bob" path: "team" role: READER}
        ListGrants user: "$me"
        RemoveGrant user: "ann" path: "team"
        ListSettings
        SetSetting name: "notice" value: "y"
        SettingHistory
        RollbackSetting name: "notice"
        ClusterStatus
        AddNode name: "n9" zone: "z9" address: "127.0.0.1:9"
        RemoveNode name: "n1"
        ReplaceNode old_node: "n1" new_node: "n1"
        CancelReplacement old_node: "n1" new_node: "n1"
        GetReplacement id: 1
        ListReplacements
        ExplainRoute repo: "team/other" operation: READ
        SetUpstream name: "old" base_url: "https://old.example" credential: NO_CREDENTIAL
        ListUpstreams
        RemoveUpstream name: "old"
        SetMigrationRule path: "team"
        ListMigrationRules
        RemoveMigrationRule path: "team"
        FindMigration path: "team/tool"
        """;

    @TempDir
    private Path directory;
    private TestRouter router;
    private AdminBlockingStub root;
    private AdminBlockingStub ann;

    @BeforeEach
    void start() throws Exception {
        router = TestRouter.start(directory, "");
        root = router.admin();
        ann = router.adminAs(router.userWithToken("ann"));
        router.userWithToken("bob");
        router.grant("ann", "team", GrantRole.ADMINISTRATOR);
        router.grant("ann", "team/tool", GrantRole.READER);
        for (String path : List.of("team/tool", "team/other")) {
            root.createRepo(CreateRepoRequest.newBuilder().setPath(path).build());
        }
        root.setRefRule(RefRule.newBuilder().setPath("team").setPattern("refs/heads/main").build());
        root.setSetting(SetSettingRequest.newBuilder().setName("notice").setValue("x").build());
    }

    @AfterEach
    void close() throws Exception {
        router.close();
    }

    private static AdminBlockingStub limited(TestRouter router, AdminBlockingStub user, String name) {
        return router.adminAs(user.createToken(CreateTokenRequest.newBuilder().setUser(name).setApi(true).addRights(
            Right.newBuilder().setPath("team/tool").setRole(GrantRole.ADMINISTRATOR)).build()).getSecret());
    }

    /** Requests by the full names of the methods. */
    private Map<String, String> beyond(String me) {
        String token = String.valueOf(root.listTokens(ListTokensRequest.newBuilder().setUser(me).build()).getTokens(0)
            .getId());
        Map<String, String> requests = new LinkedHashMap<>();
        BEYOND.lines().map(line -> line.split(" ", 2)).forEach(words -> requests.put(words[0], words.length < 2 ? ""
            : words[1].replace("$key", KEY).replace("$token", token).replace("$me", me)));
        return requests;
    }

    private static <Q> void call(AdminBlockingStub stub, MethodDescriptor<Q, ?> method, String request)
        throws Exception {
        PrototypeMarshaller<Q> marshaller = (PrototypeMarshaller<Q>) method.getRequestMarshaller();
        Message.Builder message = ((Message) marshaller.getMessagePrototype()).newBuilderForType();
        TextFormat.merge(request, message);
        ClientCalls.blockingUnaryCall(stub.getChannel(), method, stub.getCallOptions(),
            marshaller.getMessageClass().cast(message.build()));
    }

    private List<Object> everything() {
        return List.of(root.listUsers(ListUsersRequest.getDefaultInstance()),
            root.listKeys(ListKeysRequest.getDefaultInstance()),
            root.listTokens(ListTokensRequest.getDefaultInstance()).getTokensList().stream()
                .map(token -> Token.newBuilder(token).clearLastUsed().build()).toList(),
            root.listRepos(ListReposRequest.getDefaultInstance()),
            root.listGrants(ListGrantsRequest.getDefaultInstance()),
            root.listSettings(ListSettingsRequest.getDefaultInstance()));
    }

    private void nothingBeyondItsPaths(AdminBlockingStub user, String name) throws Exception {
        AdminBlockingStub api = limited(router, user, name);
        List<Object> before = everything();
        Map<String, String> requests = beyond(name);
        for (MethodDescriptor<?, ?> method : Stream.of(AdminGrpc.getServiceDescriptor(),
            UpstreamsGrpc.getServiceDescriptor()).flatMap(service -> service.getMethods().stream()).toList()) {
            String call = String.valueOf(method.getBareMethodName());
            String request = requests.remove(call);
            if (call.equals("ListRepos")) {
                continue;
            }
            assertThat(request).as("a request for " + call).isNotNull();
            assertThat(catchThrowable(() -> call(api, method, request))).as(call)
                .isInstanceOfSatisfying(StatusRuntimeException.class, refusal -> assertThat(refusal.getStatus()
                    .getCode()).isIn(Code.PERMISSION_DENIED, Code.NOT_FOUND));
        }
        assertThat(requests).isEmpty();
        assertThat(everything()).isEqualTo(before);
    }

    @Test
    void noCallReachesBeyondItsPathsThoughItsUserAdministersTheCluster() throws Exception {
        root.addKey(AddKeyRequest.newBuilder().setUser("admin").setPublicKey("ssh-ed25519 " + KEY).build());
        nothingBeyondItsPaths(root, "admin");
    }

    @Test
    void noCallReachesBeyondItsPathsThoughItsUserAdministersTheGroup() throws Exception {
        ann.addKey(AddKeyRequest.newBuilder().setUser("ann").setPublicKey("ssh-ed25519 " + KEY).build());
        nothingBeyondItsPaths(ann, "ann");
    }

    @Test
    void onItsPathsItMayWhatItsUserMay() throws Exception {
        AdminBlockingStub api = limited(router, ann, "ann");
        ListReposReply repos = api.listRepos(ListReposRequest.getDefaultInstance());
        assertThat(repos.getReposList()).extracting(Repo::getPath).containsExactly("team/tool");
        for (String call : List.of("ListKeys path: 'team/tool'", "ListTokens path: 'team/tool'",
            "DescribeRepo repo: 'team/tool'", "ArchiveRepo repo: 'team/tool'", "ListRefRules path: 'team/tool'",
            "SetRefRule path: 'team/tool' pattern: 'refs/heads/x'", "SetVisibility path: 'team/tool'",
            "SetGrant grant {user: 'bob' path: 'team/tool' role: READER}")) {
            String[] words = call.split(" ", 2);
            call(api, AdminGrpc.getServiceDescriptor().getMethods().stream()
                .filter(method -> words[0].equals(method.getBareMethodName())).findFirst().orElseThrow(), words[1]);
        }
    }

    @Test
    void ofItsUsersGrantsItShowsThoseOnItsPaths() throws Exception {
        AdminBlockingStub api = router.adminAs(ann.createToken(CreateTokenRequest.newBuilder().setUser("ann")
            .setApi(true).addRights(Right.newBuilder().setPath("team/tool").setRole(GrantRole.READER)).build())
            .getSecret());
        ListGrantsRequest hers = ListGrantsRequest.newBuilder().setUser("ann").build();
        ListGrantsReply here = api.listGrants(hers.toBuilder().setPath("team/tool").build());
        assertThat(here.getGrantsList()).extracting(Grant::getPath).containsExactly("team/tool");
        String why = "PERMISSION_DENIED: you may list your own grants, with a token with limits only those on its"
            + " paths";
        assertThatThrownBy(() -> api.listGrants(hers)).hasMessageStartingWith(why);
        assertThatThrownBy(() -> api.listGrants(hers.toBuilder().setPath("team").build()))
            .hasMessageStartingWith(why);
        assertThat(ann.listGrants(hers).getGrantsCount()).isEqualTo(2);
    }

    @Test
    void itDoesNotListItsUsersKeysAndTokens() {
        AdminBlockingStub api = limited(router, ann, "ann");
        String why = "PERMISSION_DENIED: your access token has limits, and such a one does not look after the keys and"
            + " tokens of users; use one without limits";
        assertThatThrownBy(() -> api.listKeys(ListKeysRequest.newBuilder().setUser("ann").build())).hasMessage(why);
        assertThatThrownBy(() -> api.listTokens(ListTokensRequest.newBuilder().setUser("ann").build()))
            .hasMessage(why);
        assertThat(ann.listTokens(ListTokensRequest.newBuilder().setUser("ann").build()).getTokensCount())
            .isEqualTo(2);
    }
}
