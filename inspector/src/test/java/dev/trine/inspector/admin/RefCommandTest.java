package dev.trine.inspector.admin;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Changes of refs by the command line; scripts rely on the exit codes. */
class RefCommandTest {
    private static final String NEW = "1".repeat(40);

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

    private AdminFixture.Result update(String outcome, String... more) {
        String[] all = new String[5 + more.length];
        System.arraycopy(new String[] {"ref", "update", "team/app", "refs/heads/" + outcome, NEW}, 0, all, 0, 5);
        System.arraycopy(more, 0, all, 5, more.length);
        return trine.run(all);
    }

    @Test
    void eachOutcomeHasItsExitCodeAndItsWords() {
        assertThat(update("COMMITTED")).satisfies(result -> assertThat(result.exit()).isZero())
            .satisfies(result -> assertThat(result.out()).startsWith("version 7 durable on n1 n2 (receipt 7-"));
        assertThat(update("COMMITTED", "--token", "merge-4711").out()).contains("carried out before");
        assertThat(update("REJECTED")).satisfies(result -> assertThat(result.exit()).isEqualTo(1))
            .satisfies(result -> assertThat(result.out()).contains("refs/heads/REJECTED: expected nothing"));
        assertThat(update("REJECTED", "--old", NEW).out()).contains("fetch first");
        assertThat(update("REFUSED")).satisfies(result -> assertThat(result.exit()).isEqualTo(1))
            .satisfies(result -> assertThat(result.out()).contains("nothing was changed", "because of n3"));
        assertThat(update("NOT_APPLIED").exit()).isEqualTo(1);
        assertThat(update("UNKNOWN", "--token", "merge-4711"))
            .satisfies(result -> assertThat(result.exit()).isEqualTo(6))
            .satisfies(result -> assertThat(result.out()).contains("version 7", "--token merge-4711"));
    }

    @Test
    void programsReadTheTokenUnderWhichItMayBeRepeated() throws Exception {
        JsonNode told = new JsonMapper().readTree(update("UNKNOWN", "-o", "json").out());
        assertThat(told.get("outcome").asString()).isEqualTo("unknown");
        assertThat(told.get("token").asString()).hasSizeGreaterThanOrEqualTo(8);
        assertThat(told.get("version").asLong()).isEqualTo(7);
    }

    @Test
    void whatIsNoObjectIdIsRefusedBeforeAnythingIsAsked() {
        assertThat(trine.run("ref", "update", "team/app", "refs/heads/COMMITTED", "main"))
            .satisfies(result -> assertThat(result.exit()).isEqualTo(1))
            .satisfies(result -> assertThat(result.err()).contains("'main' is no object id"));
    }
}
