package dev.trine.inspector.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trine.inspector.admin.AdminFixture.Result;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Every administrators' command against a real gRPC server. */
class AdminCommandsTest {
    private final InMemoryAdmin admin = new InMemoryAdmin(3);
    @TempDir
    private Path directory;
    private AdminFixture trine;

    @BeforeEach
    void start() throws Exception {
        trine = AdminFixture.start(directory, admin);
    }

    @AfterEach
    void stop() throws Exception {
        trine.close();
    }

    private Result ok(String... args) {
        Result result = trine.run(args);
        assertThat(result.err()).doesNotStartWith("trine:");
        assertThat(result.exit()).isZero();
        return result;
    }

    private JsonNode json(String... args) {
        return JsonMapper.shared().readTree(ok(args).out());
    }

    private static List<String> names(JsonNode object) {
        return List.copyOf(object.propertyNames());
    }

    @Test
    void aListOfUsersGoesOnOverAllPages() {
        for (int i = 0; i < 8; i++) {
            assertThat(ok("user", "create", "user" + i).out()).isEqualTo("created user user%d%n".formatted(i));
        }
        JsonNode users = json("user", "list", "-o", "json");
        assertThat(users.valueStream().map(user -> user.get("name").asString()))
            .containsExactly("user0", "user1", "user2", "user3", "user4", "user5", "user6", "user7");
        assertThat(names(users.get(0))).containsExactly("id", "name", "admin", "disabled", "created");
    }

    @Test
    void aTableIsAlignedAndWithoutColours() {
        ok("user", "create", "--admin", "root");
        ok("user", "create", "al");
        ok("user", "disable", "al");
        assertThat(ok("user", "list").out().lines()).containsExactly(
            "ID  NAME  ADMIN  STATE     CREATED",
            "2   al    no     disabled  2026-09-21T14:13:20Z",
            "1   root  yes    active    2026-09-21T14:13:20Z");
    }

    @Test
    void aKeyComesFromAFileOrFromStandardInput() throws Exception {
        Path file = Files.writeString(directory.resolve("my key.pub"), "ssh-ed25519 AAAA alice@home\n");
        ok("key", "add", "alice", file.toString());
        trine.standardInput("ssh-rsa BBBBBB bob@work\n");
        ok("key", "add", "bob", "-");
        assertThat(json("key", "list", "-o", "json").valueStream().map(key -> key.get("comment").asString()))
            .containsExactly("alice@home", "bob@work");
        JsonNode alices = json("key", "list", "alice", "-o", "json");
        assertThat(alices).hasSize(1);
        assertThat(names(alices.get(0))).containsExactly("id", "user", "fingerprint", "type", "comment",
            "deploy", "proves", "created", "lastUsed");
        ok("key", "remove", "1");
        assertThat(json("key", "list", "alice", "-o", "json")).isEmpty();
    }

    @Test
    void aPrivateKeyIsNeverSent() throws Exception {
        Path file = Files.writeString(directory.resolve("id"), "-----BEGIN OPENSSH PRIVATE KEY-----\nAA\n");
        Result result = trine.run("key", "add", "alice", file.toString());
        assertThat(result.exit()).isEqualTo(1);
        assertThat(result.err()).contains("does not hold exactly one public key").hasLineCount(1);
        assertThat(json("key", "list", "-o", "json")).isEmpty();
    }

    @Test
    void aNewTokenIsAllThatStandardOutputGets() {
        Result created = ok("token", "create", "alice", "--label", "laptop", "--expires-in", "1d");
        assertThat(created.out()).isEqualTo("secret-1%n".formatted());
        assertThat(created.err()).contains("shown only this once");
        JsonNode tokens = json("token", "list", "alice", "-o", "json");
        assertThat(names(tokens.get(0))).containsExactly("id", "user", "label", "kind", "rights", "api",
            "created", "expires", "lastUsed", "revoked");
        assertThat(tokens.get(0).get("expires").asString()).isEqualTo("2026-09-22T14:13:20Z");
        ok("token", "revoke", "1");
        assertThat(json("token", "list", "-o", "json").get(0).get("revoked").asBoolean()).isTrue();
        assertThat(json("token", "create", "alice", "-o", "json").get("secret").asString()).isEqualTo("secret-2");
    }

    @Test
    void repositoriesAreListedByGroupOverAllPages() {
        for (int i = 0; i < 5; i++) {
            ok("repo", "create", "team/app" + i);
        }
        ok("repo", "create", "other/app", "--default-branch", "trunk", "--shard", "s2");
        assertThat(json("repo", "list", "-o", "json")).hasSize(6);
        JsonNode team = json("repo", "list", "team", "-o", "json");
        assertThat(team).hasSize(5);
        assertThat(names(team.get(0)))
            .containsExactly("id", "path", "shard", "generation", "nodes", "state", "visibility", "archived",
                "created");
        assertThat(team.get(0).get("visibility").asString()).isEqualTo("private");
    }

    @Test
    void aDescriptionHasTheNamesThatScriptsRelyOn() {
        ok("repo", "create", "team/app");
        JsonNode repo = json("repo", "describe", "team/app", "-o", "json");
        assertThat(names(repo)).containsExactly("id", "path", "shard", "generation", "lockHolder", "replicas");
        assertThat(repo.get("lockHolder").asString()).isEqualTo("n3");
        assertThat(repo.get("generation").asLong()).isEqualTo(1);
        JsonNode n2 = repo.get("replicas").get(1);
        assertThat(names(n2)).contains("node", "epoch", "version", "lag", "digest", "state");
        assertThat(n2.get("node").asString()).isEqualTo("n2");
        assertThat(n2.get("epoch").asString()).isEqualTo("1.4.2");
        assertThat(n2.get("version").asLong()).isEqualTo(6);
        assertThat(n2.get("lag").asLong()).isEqualTo(1);
        assertThat(n2.get("digest").asString()).isEqualTo("ab01");
        assertThat(n2.get("state").asString()).isEqualTo("behind");
    }

    @Test
    void whatAnUnreachableNodeWouldKnowIsNullRatherThanZero() {
        ok("repo", "create", "team/app");
        JsonNode n3 = json("repo", "describe", "team/app", "-o", "json").get("replicas").get(2);
        assertThat(n3.get("state").asString()).isEqualTo("unreachable");
        for (String name : List.of("epoch", "version", "lag", "digest")) {
            assertThat(n3.get(name).isNull()).as(name).isTrue();
        }
        assertThat(ok("repo", "describe", "team/app").out()).contains("unreachable").contains("connection refused");
    }

    @Test
    void aRenamedRepositoryKeepsItsId() {
        String id = json("repo", "create", "team/app", "-o", "json").get("id").asString();
        assertThat(json("repo", "rename", "team/app", "team/service", "-o", "json").get("id").asString()).isEqualTo(id);
        assertThat(admin.repositories()).containsOnlyKeys("team/service");
    }

    @Test
    void aRepositoryIsDeletedOnlyWhenItsNameIsTypedOrYesIsGiven() {
        ok("repo", "create", "team/app");
        assertThat(trine.run("repo", "delete", "team/app").exit()).isEqualTo(1);
        trine.typing("yes");
        assertThat(trine.run("repo", "delete", "team/app").err()).contains("nothing was deleted").hasLineCount(1);
        assertThat(admin.repositories()).containsKey("team/app");
        trine.typing("team/app");
        ok("repo", "delete", "team/app");
        assertThat(admin.repositories()).isEmpty();
        ok("repo", "create", "team/app");
        ok("repo", "delete", "--yes", "team/app");
        assertThat(admin.repositories()).isEmpty();
    }

    @Test
    void aGrantReplacesTheOneBefore() {
        ok("grant", "set", "alice", "team", "read");
        assertThat(ok("grant", "set", "alice", "team", "write").out())
            .isEqualTo("alice has write on team%n".formatted());
        ok("grant", "set", "bob", "*", "admin");
        JsonNode grants = json("grant", "list", "-o", "json");
        assertThat(grants).hasSize(2);
        assertThat(names(grants.get(1))).containsExactly("user", "path", "role");
        assertThat(grants.get(1).get("role").asString()).isEqualTo("write");
        assertThat(json("grant", "list", "--user", "bob", "-o", "json").get(0).get("role").asString())
            .isEqualTo("admin");
        ok("grant", "remove", "alice", "team");
        assertThat(json("grant", "list", "--path", "team", "-o", "json")).isEmpty();
    }

    @Test
    void theStatusOfADegradedClusterHasItsOwnExitCode() {
        assertThat(trine.run("cluster", "status").exit()).isZero();
        admin.stopNode();
        Result table = trine.run("cluster", "status");
        assertThat(table.exit()).isEqualTo(3);
        assertThat(table.out()).contains("degraded").contains("down").contains("1 of 4 examined");
        Result json = trine.run("cluster", "status", "-o", "json");
        assertThat(json.exit()).isEqualTo(3);
        JsonNode status = JsonMapper.shared().readTree(json.out());
        assertThat(names(status)).containsExactly("degraded", "metadata", "authorizer", "shards", "nodes");
        assertThat(status.get("nodes").get(0).get("softwareVersion").asString()).isEqualTo("0.1.0");
        assertThat(status.get("nodes").get(1).get("softwareVersion").isNull()).isTrue();
    }

    @Test
    void aRouteIsExplainedWithAnswersAndReasons() {
        ok("repo", "create", "team/app");
        assertThat(ok("route", "explain", "team/app", "--op", "read").out())
            .contains("committed, served by n1", "because     n1 has committed 7", "no answer in 2 ms");
        JsonNode route = json("route", "explain", "team/app", "--op", "write", "-o", "json");
        assertThat(route.get("operation").asString()).isEqualTo("write");
        assertThat(route.get("demand").get("minimum").asString()).isEqualTo("7@1.4.2");
        assertThat(route.get("answers").get(1).get("last").isNull()).isTrue();
    }
}
