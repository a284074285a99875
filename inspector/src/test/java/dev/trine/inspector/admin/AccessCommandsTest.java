package dev.trine.inspector.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trine.inspector.admin.AdminFixture.Result;
import dev.trine.proto.SetVisibilityRequest;
import dev.trine.proto.Visibility;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The commands about limited credentials, protected refs, visibility and archive. */
class AccessCommandsTest {
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

    private String ok(String... args) {
        Result result = trine.run(args);
        assertThat(result.err()).doesNotStartWith("trine:");
        assertThat(result.exit()).isZero();
        return result.out();
    }

    private JsonNode json(String... args) {
        return JsonMapper.shared().readTree(ok(args));
    }

    private String rights(String... args) {
        return json(args).get("rights").valueStream().map(JsonNode::asString).toList().toString();
    }

    @Test
    void aTokenHasTheLimitsThatItWasGiven() {
        assertThat(rights("token", "create", "alice", "-o", "json")).isEqualTo("[]");
        assertThat(rights("token", "create", "alice", "--role", "read", "-o", "json")).isEqualTo("[read *]");
        assertThat(rights("token", "create", "alice", "--on", "team/app", "--on", "crew", "-o", "json"))
            .isEqualTo("[read team/app, read crew]");
        JsonNode deploy = json("token", "create", "alice", "--deploy", "--role", "write", "--on", "team/app", "-o",
            "json");
        assertThat(deploy.get("kind").asString()).isEqualTo("deploy");
        JsonNode api = json("token", "create", "alice", "--api", "--role", "maintain", "-o", "json");
        assertThat(api.get("kind").asString()).isEqualTo("personal");
        assertThat(api.get("api").asBoolean()).isTrue();
        assertThat(ok("token", "list", "alice")).contains("read team/app, read crew").contains("maintain * +api");
    }

    @Test
    void aTokenWithoutLimitsIsNotListedAsIfAPathLimitedIt() {
        ok("token", "create", "alice", "--api", "--role", "admin");
        assertThat(ok("token", "list", "alice")).contains("all that alice may").doesNotContain("*", "+api");
        assertThat(json("token", "list", "alice", "-o", "json").get(0).get("rights").get(0).asString())
            .isEqualTo("admin *");
    }

    @Test
    void aTokenIsEitherForDeploymentOrForAProject() {
        Result both = trine.run("token", "create", "alice", "--deploy", "--project", "--on", "team");
        assertThat(both.exit()).isEqualTo(2);
        assertThat(both.err()).contains("mutually exclusive");
    }

    @Test
    void aDeployKeyNeedsAPath() throws Exception {
        Path file = Files.writeString(directory.resolve("ci.pub"), "ssh-ed25519 AAAA ci\n");
        Result nowhere = trine.run("key", "add-deploy", file.toString());
        assertThat(nowhere.exit()).isEqualTo(1);
        assertThat(nowhere.err()).contains("a deploy key needs the paths that it is for: name them with --on");
        assertThat(ok("key", "add-deploy", file.toString(), "--on", "team/app", "--expires-in", "90d",
            "--touch-required")).contains("may read team/app until 20");
        assertThat(json("key", "list", "-o", "json").get(0).get("proves").asString()).isEqualTo("touched");
    }

    @Test
    void aRuleIsSetShownAndRemoved() {
        assertThat(ok("protect", "set", "team/app", "refs/heads/main")).isEqualTo(
            "refs/heads/main on team/app: push maintain, force nobody, delete nobody%n".formatted());
        ok("protect", "set", "team/app", "refs/tags/**", "--push", "write", "--delete", "admin");
        JsonNode rules = json("protect", "list", "team/app", "-o", "json");
        assertThat(rules).hasSize(2);
        assertThat(rules.get(1).get("push").asString()).isEqualTo("write");
        assertThat(rules.get(1).get("force").asString()).isEqualTo("nobody");
        assertThat(rules.get(1).get("delete").asString()).isEqualTo("admin");
        ok("protect", "remove", "team/app", "refs/heads/main");
        assertThat(json("protect", "list", "team/app", "-o", "json")).hasSize(1);
    }

    @Test
    void visibilityAndArchiveAreSet() {
        assertThat(ok("repo", "visibility", "team", "internal")).isEqualTo("team: internal%n".formatted());
        ok("repo", "visibility", "team", "inherit");
        assertThat(admin.visibilities()).extracting(SetVisibilityRequest::getVisibility)
            .containsExactly(Visibility.INTERNAL, Visibility.VISIBILITY_UNSPECIFIED);
        assertThat(ok("repo", "archive", "team/app")).isEqualTo("team/app is read-only now%n".formatted());
        assertThat(json("repo", "unarchive", "team/app", "-o", "json").get("archived").asBoolean()).isFalse();
        assertThat(trine.run("repo", "visibility", "team", "secret").exit()).isEqualTo(2);
    }
}
