package dev.trine.inspector.admin;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Receipts by the command line; scripts rely on the exit codes. */
class ReceiptCommandTest {
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

    @Test
    void eachVerdictHasItsExitCode() {
        assertThat(trine.run("receipt", "verify", "team/app", "7"))
            .satisfies(result -> assertThat(result.exit()).isZero())
            .satisfies(result -> assertThat(result.out().lines().toList()).last().isEqualTo("it is durable"));
        assertThat(trine.run("receipt", "verify", "team/app", "8").exit()).isEqualTo(3);
        assertThat(trine.run("receipt", "verify", "team/app", "9").exit()).isEqualTo(4);
        assertThat(trine.run("receipt", "verify", "team/app", "6").exit()).isEqualTo(5);
    }

    @Test
    void aReceiptThatWasStoredIsVerifiedWhole() throws Exception {
        AdminFixture.Result shown = trine.run("receipt", "show", "team/app", "7", "-o", "json");
        assertThat(shown.exit()).isZero();
        Files.writeString(directory.resolve("r.json"), shown.out());
        assertThat(trine.run("receipt", "verify", "team/app", "r.json").exit()).isZero();
        Files.writeString(directory.resolve("r.json"), shown.out().replace("\"chain\" : \"00", "\"chain\" : \"11"));
        assertThat(trine.run("receipt", "verify", "team/app", "r.json").exit()).isEqualTo(4);
    }

    @Test
    void aReceiptNamesWhoPushedAndWhichNodesHeldItThen() throws Exception {
        assertThat(trine.run("receipt", "show", "team/app", "7").out().lines().map(line -> line.replaceAll(" +", " ")))
            .contains("user alice", "durable on n1 n3 when it was committed", "nodes n1 n2 keep it now");
        String stored = trine.run("receipt", "show", "team/app", "7", "-o", "json").out();
        assertThat(stored).contains("\"user\" : \"alice\"");
        Files.writeString(directory.resolve("old.json"), stored.replaceAll("(?s),\\s*\"user\".*", "}"));
        assertThat(trine.run("receipt", "verify", "team/app", "old.json").err()).isEmpty();
    }

    @Test
    void whatIsNoReceiptIsSaidToBeNone() throws Exception {
        Files.writeString(directory.resolve("r.json"), "{\"version\": 7}");
        assertThat(trine.run("receipt", "verify", "team/app", "r.json"))
            .satisfies(result -> assertThat(result.exit()).isEqualTo(1))
            .satisfies(result -> assertThat(result.err()).contains("no whole receipt"));
        assertThat(trine.run("receipt", "verify", "team/app", "missing").err()).contains("neither a version nor");
        assertThat(trine.run("receipt", "show", "team/app", "5").err()).contains("no node that answers keeps");
    }
}
