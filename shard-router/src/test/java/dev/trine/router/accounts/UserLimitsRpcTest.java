package dev.trine.router.accounts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trine.common.config.ConfigException;
import dev.trine.proto.AddKeyRequest;
import dev.trine.proto.AdminGrpc.AdminBlockingStub;
import dev.trine.proto.CreateTokenReply;
import dev.trine.proto.CreateTokenRequest;
import dev.trine.proto.Grant;
import dev.trine.proto.GrantRole;
import dev.trine.proto.Key;
import dev.trine.proto.ListKeysRequest;
import dev.trine.proto.RemoveGrantRequest;
import dev.trine.proto.RemoveKeyRequest;
import dev.trine.proto.RevokeTokenRequest;
import dev.trine.proto.Right;
import dev.trine.proto.SetGrantRequest;
import dev.trine.proto.TokenKind;
import dev.trine.router.fixture.TestRouter;
import dev.trine.router.metadata.MetadataConfig;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What somebody is told who would have more grants, keys or tokens than one user may. */
@Timeout(60)
class UserLimitsRpcTest {
    private static final Right READ_TEAM = Right.newBuilder().setPath("team").setRole(GrantRole.READER).build();

    @TempDir
    private Path directory;
    private TestRouter router;
    private AdminBlockingStub root;
    private AdminBlockingStub ann;

    @BeforeEach
    void start() throws Exception {
        router = TestRouter.start(directory,
            "limits: {grants-per-user-max: 2, keys-per-user-max: 1, tokens-per-user-max: 2}");
        root = router.admin();
        ann = router.adminAs(router.userWithToken("ann"));
        grant("team", GrantRole.MAINTAINER);
    }

    @AfterEach
    void close() throws Exception {
        router.close();
    }

    private Grant grant(String path, GrantRole role) {
        return root.setGrant(SetGrantRequest.newBuilder().setGrant(Grant.newBuilder().setUser("ann").setPath(path)
            .setRole(role)).build());
    }

    private Key key(int number, Right... rights) {
        byte[] wireForm = Base64.getDecoder()
            .decode("AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f");
        wireForm[wireForm.length - 1] = (byte) number;
        return ann.addKey(AddKeyRequest.newBuilder().setUser("ann").addAllRights(List.of(rights))
            .setPublicKey("ssh-ed25519 " + Base64.getEncoder().encodeToString(wireForm)).build());
    }

    private CreateTokenReply token(TokenKind kind, Right... rights) {
        return ann.createToken(CreateTokenRequest.newBuilder().setUser("ann").setKind(kind)
            .addAllRights(List.of(rights)).build());
    }

    @Test
    void aGrantTooManyIsRefusedUntilOneIsRemoved() {
        grant("crew/a", GrantRole.READER);
        assertThatThrownBy(() -> grant("crew/b", GrantRole.READER)).hasMessage("FAILED_PRECONDITION: user ann has 2"
            + " grants, which is the limit (limits.grants-per-user-max of the routers); remove one first, or grant on a"
            + " group in place of its repositories");
        assertThat(grant("crew/a", GrantRole.WRITER).getRole()).isEqualTo(GrantRole.WRITER);
        root.removeGrant(RemoveGrantRequest.newBuilder().setUser("ann").setPath("crew/a").build());
        assertThat(grant("crew/b", GrantRole.READER).getPath()).isEqualTo("crew/b");
    }

    @Test
    void whoAdministersAGroupLeavesAUserRoomForWhatOthersGive() throws Exception {
        router.userWithToken("eve");
        AdminBlockingStub bob = router.adminAs(router.userWithToken("bob"));
        router.grant("bob", "crew", GrantRole.ADMINISTRATOR);
        evesGrant(bob, "crew/a", GrantRole.READER);
        assertThatThrownBy(() -> evesGrant(bob, "crew/b", GrantRole.READER)).hasMessage("FAILED_PRECONDITION: user eve"
            + " has 1 grants in that top group, half of what he may have, which is the limit"
            + " (limits.grants-per-user-max of the routers); remove one first, or grant on a group in place of its"
            + " repositories, or ask an administrator of the cluster");
        evesGrant(bob, "crew/a", GrantRole.WRITER);
        evesGrant(root, "crew/b", GrantRole.READER);
    }

    private static void evesGrant(AdminBlockingStub by, String path, GrantRole role) {
        by.setGrant(SetGrantRequest.newBuilder().setGrant(Grant.newBuilder().setUser("eve").setPath(path)
            .setRole(role)).build());
    }

    @Test
    void aKeyTooManyIsRefusedUntilOneIsRemoved() {
        Key first = key(1);
        assertThatThrownBy(() -> key(2)).hasMessage("FAILED_PRECONDITION: user ann has 1 keys, which is the limit"
            + " (limits.keys-per-user-max of the routers); remove one first; list them with 'trine key list ann'");
        ann.removeKey(RemoveKeyRequest.newBuilder().setId(first.getId()).build());
        assertThat(key(2).getUser()).isEqualTo("ann");
    }

    @Test
    void aKeyThatIsRegisteredIsToldToBeThoughItsUserHasAsManyAsHeMay() {
        String registered = "ALREADY_EXISTS: the key " + key(1).getFingerprint() + " is registered already";
        assertThatThrownBy(() -> key(1)).hasMessageStartingWith(registered);
        assertThatThrownBy(() -> key(1, READ_TEAM)).hasMessageStartingWith(registered);
    }

    @Test
    void aDeployKeyTooManyIsRefusedButOneThatIsRegisteredGetsFurtherRights() {
        key(1, READ_TEAM);
        assertThatThrownBy(() -> key(2, READ_TEAM)).hasMessage("FAILED_PRECONDITION: user ann has registered 1 deploy"
            + " keys, which is the limit (limits.keys-per-user-max of the routers); remove one first, or give rights to"
            + " one that is registered; list them with 'trine key list ann'");
        assertThat(key(1, READ_TEAM.toBuilder().setPath("team/tool").build()).getRightsCount()).isEqualTo(2);
    }

    @Test
    void aTokenTooManyIsRefusedUntilOneIsRevoked() {
        long second = token(TokenKind.PERSONAL).getToken().getId();
        assertThatThrownBy(() -> token(TokenKind.PERSONAL)).hasMessage("FAILED_PRECONDITION: user ann has 2 tokens that"
            + " work, which is the limit (limits.tokens-per-user-max of the routers); revoke one first; list them with"
            + " 'trine token list ann'");
        ann.revokeToken(RevokeTokenRequest.newBuilder().setId(second).build());
        assertThat(token(TokenKind.PERSONAL).getSecret()).isNotEmpty();
    }

    @Test
    void aDeployTokenTooManyIsRefused() {
        token(TokenKind.DEPLOY, READ_TEAM);
        token(TokenKind.PROJECT, READ_TEAM);
        assertThatThrownBy(() -> token(TokenKind.DEPLOY, READ_TEAM)).hasMessage("FAILED_PRECONDITION: user ann has made"
            + " 2 deploy and project tokens that work, which is the limit (limits.tokens-per-user-max of the routers);"
            + " revoke one first; list them with 'trine token list ann'");
    }

    @Test
    void aListThatIsTooLongForOneAnswerIsRefusedUntilItIsNarrowed() throws Exception {
        Key hers = key(1, READ_TEAM);
        try (Connection database = DriverManager.getConnection(MetadataConfig.embedded(directory.resolve("data")),
                 "trine", ""); Statement statement = database.createStatement()) {
            statement.executeUpdate("INSERT INTO ssh_keys (user_id, fingerprint, wire_form, key_type, remark,"
                + " created_ms) SELECT id, CAST(LPAD(x, 32, '0') AS BINARY(32)), X'00', 'ssh-ed25519', '"
                + "\u20ac".repeat(255) + "', 0 FROM users, SYSTEM_RANGE(1, 85000) WHERE name = 'ann'");
        }
        String why = "FAILED_PRECONDITION: the list has more than 64 MiB, the most that one answer may have; name a"
            + " user or a path";
        assertThatThrownBy(() -> root.listKeys(ListKeysRequest.getDefaultInstance())).hasMessage(why);
        assertThat(root.listKeys(ListKeysRequest.newBuilder().setPath("team").build()).getKeysList())
            .containsExactly(hers);
    }

    @Test
    void aBoundOutOfRangeIsRefusedAtTheStart() {
        for (String key : new String[] {"grants-per-user-max", "keys-per-user-max", "tokens-per-user-max"}) {
            for (String value : new String[] {"0", "100001"}) {
                assertThatThrownBy(router.with("limits: {" + key + ": " + value + "}")::startAgain)
                    .isInstanceOf(ConfigException.class).hasMessageContaining("must be 1 to 100000");
            }
        }
    }
}
