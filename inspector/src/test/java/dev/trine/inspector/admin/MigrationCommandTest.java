package dev.trine.inspector.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trine.inspector.admin.AdminFixture.Result;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The commands about upstreams and migration rules. */
class MigrationCommandTest {
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

    private String ok(String words) {
        Result result = trine.run(words.split(" "));
        assertThat(result.err()).isEmpty();
        assertThat(result.exit()).isZero();
        return result.out().strip();
    }

    private JsonNode json(String words) {
        return JsonMapper.shared().readTree(ok(words + " -o json"));
    }

    @Test
    void upstreamsAreSetListedAndRemoved() {
        assertThat(ok("upstream set old https://old.example"))
            .isEqualTo("upstream old is https://old.example, credential none");
        assertThat(ok("upstream set older https://older.example --credential pass-through"))
            .endsWith("credential pass-through");
        JsonNode all = json("upstream list");
        assertThat(all).hasSize(2);
        assertThat(all.get(1).get("credential").asString()).isEqualTo("pass-through");
        assertThat(ok("upstream list")).startsWith("NAME").contains("https://old.example");
        assertThat(ok("upstream remove old")).isEqualTo("removed upstream old");
        assertThat(trine.run("upstream", "remove", "old").err()).contains("there is no upstream old");
    }

    @Test
    void rulesAreSetListedAndRemoved() {
        assertThat(ok("migration set team --to old")).isEqualTo("team: upstream old serves all");
        assertThat(ok("migration set * --to old --percent 5")).isEqualTo(
            "*: upstream old serves 5 % of the repositories, the others are served here");
        assertThat(ok("migration set team/app --to old --read-only"))
            .isEqualTo("team/app: upstream old serves all; pushes to what it serves are refused");
        assertThat(ok("migration set team/tool --here")).isEqualTo("team/tool: all is served here");
        JsonNode rules = json("migration list");
        assertThat(rules).hasSize(4);
        assertThat(rules.get(0).get("percent").asInt()).isEqualTo(5);
        assertThat(rules.get(2).get("readOnly").asBoolean()).isTrue();
        assertThat(ok("migration list")).contains("refused").contains("by old").contains("here");
        assertThat(ok("migration remove team")).isEqualTo("removed the migration rule on team");
        assertThat(json("migration list")).hasSize(3);
    }

    @Test
    void whereARepositoryIsServedIsSaid() {
        ok("upstream set old https://old.example");
        ok("migration set team/app --to old");
        ok("migration set team/tool --here");
        assertThat(ok("migration where team/app"))
            .isEqualTo("team/app is served by upstream old, https://old.example (rule on team/app)");
        assertThat(ok("migration where team/tool")).isEqualTo("team/tool is served here (rule on team/tool)");
        assertThat(ok("migration where crew/x")).isEqualTo("crew/x is served here (no rule covers it)");
        assertThat(json("migration where team/app").get("upstream").get("name").asString()).isEqualTo("old");
    }

    @ParameterizedTest
    @ValueSource(strings = {"migration set team", "migration set team --to old --here", "migration set --here"})
    void aRuleSaysWhoServes(String words) {
        assertThat(trine.run(words.split(" ")).exit()).isNotZero();
    }
}
