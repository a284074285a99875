package dev.trine.router.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trine.common.audit.AuditFile;
import dev.trine.common.audit.Verification;
import dev.trine.proto.AddKeyRequest;
import dev.trine.proto.AdminGrpc;
import dev.trine.proto.ArchiveRepoRequest;
import dev.trine.proto.CreateRepoRequest;
import dev.trine.proto.CreateTokenRequest;
import dev.trine.proto.CreateUserRequest;
import dev.trine.proto.GrantRole;
import dev.trine.proto.ListUsersRequest;
import dev.trine.router.fixture.TestRouter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the router's audit keeps of administrative calls. */
@Timeout(60)
class AdminAuditTest {
    @TempDir
    private Path directory;
    private TestRouter router;
    private boolean stopped;

    @BeforeEach
    void start() throws Exception {
        router = TestRouter.start(directory, "");
    }

    @AfterEach
    void close() throws Exception {
        if (!stopped) {
            router.close();
        }
    }

    /** What was written of calls, once the router has stopped. */
    private List<String> calls() throws Exception {
        router.close();
        stopped = true;
        Path audit = directory.resolve("data/audit");
        assertThat(Verification.of(audit).holds()).isTrue();
        List<String> lines = new ArrayList<>();
        for (AuditFile file : AuditFile.in(audit)) {
            lines.addAll(Files.readAllLines(file.path()));
        }
        return lines.stream().filter(line -> line.contains("\"action\":\"admin\"")).toList();
    }

    @Test
    void whatChangesSomethingIsKeptWithItsCallerAndFields() throws Exception {
        router.admin().createUser(CreateUserRequest.newBuilder().setName("bob").setAdmin(true).build());
        router.admin().createRepo(CreateRepoRequest.newBuilder().setPath("team/app").build());
        router.admin().listUsers(ListUsersRequest.getDefaultInstance());
        List<String> calls = calls();
        assertThat(calls).hasSize(2).allSatisfy(line -> assertThat(line).contains("\"result\":\"ok\"",
            "\"actor\":\"admin\"", "\"credential\":\"token ", "\"client\":\"127.0.0.1:", "\"door\":\"api\""));
        assertThat(calls.getFirst())
            .contains("\"details\":{\"admin\":\"true\",\"call\":\"CreateUser\",\"name\":\"bob\"}");
        assertThat(calls.getLast()).contains("\"repo\":\"team/app\",\"repo_id\":\"", "\"call\":\"CreateRepo\"");
    }

    @Test
    void whatIsRefusedIsKeptWithItsReason() throws Exception {
        AdminGrpc.AdminBlockingStub stranger = router.adminAs("nonsense");
        assertThatThrownBy(() -> stranger.listUsers(ListUsersRequest.getDefaultInstance()))
            .hasMessageContaining("UNAUTHENTICATED");
        AdminGrpc.AdminBlockingStub ann = router.adminAs(router.userWithToken("ann"));
        assertThatThrownBy(() -> ann.createUser(CreateUserRequest.newBuilder().setName("eve").build()))
            .hasMessageContaining("PERMISSION_DENIED");
        assertThatThrownBy(() -> router.admin().addKey(AddKeyRequest.newBuilder().setPublicKey("no key").build()))
            .hasMessageContaining("INVALID_ARGUMENT");
        List<String> refused = calls().stream().filter(line -> line.contains("\"result\":\"refused\"")).toList();
        assertThat(refused).hasSize(3);
        assertThat(refused.get(0)).contains("UNAUTHENTICATED: a working access token is needed",
            "\"call\":\"ListUsers\"")
            .doesNotContain("\"actor\"");
        assertThat(refused.get(1)).contains("\"actor\":\"ann\"", "PERMISSION_DENIED: ", "\"name\":\"eve\"");
        assertThat(refused.get(2)).contains("\"actor\":\"admin\"", "INVALID_ARGUMENT: ", "\"call\":\"AddKey\"");
    }

    @Test
    void ofManyCallsOfNobodyOnlySomeAreKept() throws Exception {
        AdminGrpc.AdminBlockingStub stranger = router.adminAs("nonsense");
        for (int i = 0; i < 100; i++) {
            assertThatThrownBy(() -> stranger.listUsers(ListUsersRequest.getDefaultInstance()))
                .hasMessageContaining("UNAUTHENTICATED");
        }
        // ten a minute, and the test takes one at most
        assertThat(calls()).filteredOn(line -> !line.contains("\"actor\"")).hasSizeBetween(10, 30);
    }

    @Test
    void aGrantStandsAtThePathThatItIsOn() throws Exception {
        router.admin().createUser(CreateUserRequest.newBuilder().setName("bob").build());
        router.grant("bob", "team/app", GrantRole.WRITER);
        assertThat(calls()).last().satisfies(line -> assertThat(line).contains("\"call\":\"SetGrant\"",
            "\"repo\":\"team/app\"", "\"grant\":\"user bob path team/app role WRITER\""));
    }

    @Test
    void whatIsSwitchedOffIsSaidToBe() throws Exception {
        router.admin().createRepo(CreateRepoRequest.newBuilder().setPath("team/app").build());
        router.admin().archiveRepo(ArchiveRepoRequest.newBuilder().setRepo("team/app").build());
        assertThat(calls()).last().satisfies(line -> assertThat(line).contains("\"archived\":\"false\"",
            "\"call\":\"ArchiveRepo\"", "\"repo\":\"team/app\""));
    }

    @Test
    void aCredentialThatIsMadeIsNamedAsItsOwnLinesNameIt() throws Exception {
        long token = router.admin().createToken(CreateTokenRequest.newBuilder().setUser("admin").build()).getToken()
            .getId();
        long key = router.admin().addKey(AddKeyRequest.newBuilder().setUser("admin").setPublicKey(
            "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIM28NvpunqVn5+FLyWPxmV5VRdXtYdFixwrSSwGDh3FT laptop").build()).getId();
        List<String> calls = calls();
        assertThat(calls).hasSize(2);
        assertThat(calls.getFirst()).contains("\"call\":\"CreateToken\"", "\"made\":\"token " + token + "\"");
        assertThat(calls.getLast()).contains("\"call\":\"AddKey\"", "\"made\":\"key " + key + "\"");
    }

    @Test
    void noSecretIsKept() throws Exception {
        String secret = router.admin().createToken(CreateTokenRequest.newBuilder().setUser("admin").setLabel("ci")
            .build()).getSecret();
        List<String> calls = calls();
        assertThat(calls).singleElement().satisfies(line -> assertThat(line).contains("\"label\":\"ci\""));
        assertThat(calls.toString()).doesNotContain(secret).doesNotContain(secret.substring(12));
    }
}
