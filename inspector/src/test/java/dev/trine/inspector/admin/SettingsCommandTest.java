package dev.trine.inspector.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trine.inspector.admin.AdminFixture.Result;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The commands about live settings. */
class SettingsCommandTest {
    private static final String CALLS = "clients.calls-max";

    @TempDir
    private Path directory;
    private AdminFixture trine;

    @BeforeEach
    void start() throws Exception {
        trine = AdminFixture.start(directory, new InMemoryAdmin(3));
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

    @Test
    void aSettingIsSetAndShownWithWhoWhenAndWhy() {
        assertThat(ok("settings", "get", CALLS)).isEqualToNormalizingNewlines("""
            clients.calls-max is as configured (1024)
              meaning     Git calls that a node serves at once
              type        integer, 1 to 1000000
              applied by  git servers
              default     1024
            """);
        assertThat(ok("settings", "set", CALLS, "9", "--reason", "too many"))
            .isEqualTo("clients.calls-max is 9, version 1%n".formatted());
        assertThat(ok("settings", "get", CALLS).lines()).contains("  owner       admin",
            "  since       2026-09-21T14:13:20Z", "  reason      too many", "  not yet at  n3");
        assertThat(ok("settings", "get").lines().toList()).hasSize(3).element(0).asString()
            .matches("SETTING +VALUE +DEFAULT +OWNER +SINCE +VERSION +REASON");
        JsonNode one = json("settings", "get", CALLS, "-o", "json");
        assertThat(one.get("value").asString()).isEqualTo("9");
        assertThat(one.get("configured").get("n1").asString()).isEqualTo("1024");
        assertThat(one.get("version").asLong()).isEqualTo(1);
        assertThat(json("settings", "get", "-o", "json")).hasSize(2);
    }

    @Test
    void aChangeMayExpectAVersion() {
        Result early = trine.run("settings", "set", CALLS, "9", "--if-version", "4");
        assertThat(early.exit()).isEqualTo(1);
        assertThat(early.err()).isEqualTo("trine: it is at version 0%n".formatted());
        ok("settings", "set", CALLS, "9", "--if-version", "0");
        assertThat(trine.run("settings", "set", CALLS, "9", "--if-version", "x").exit()).isEqualTo(2);
    }

    @Test
    void aRollbackGoesToAVersionOrToTheOneBefore() {
        ok("settings", "set", "notice", "");
        assertThat(ok("settings", "get", "notice")).startsWith("notice is ''");
        ok("settings", "set", "notice", "at six");
        assertThat(ok("settings", "rollback", "notice", "2")).isEqualTo("notice is at six, version 3%n".formatted());
        assertThat(ok("settings", "rollback", "notice"))
            .isEqualTo("notice is as configured (1024), version 4%n".formatted());
        JsonNode history = json("settings", "history", "notice", "-o", "json");
        assertThat(history).hasSize(4);
        assertThat(history.get(0).get("reason").asString()).isEqualTo("rollback to the one before");
        assertThat(history.get(0).get("value").isNull()).isTrue();
        assertThat(history.get(1).get("reason").asString()).isEqualTo("rollback to 2");
        assertThat(ok("settings", "history", "--limit", "2").lines().toList()).hasSize(3).element(1).asString()
            .contains("as configured");
    }
}
