package dev.trine.inspector.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trine.inspector.admin.AdminFixture.Result;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What goes wrong is told in one sentence, with the exit code that belongs to it. */
class FailuresTest {
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

    private static void assertOneSentence(Result result, int exit) {
        assertThat(result.exit()).as(result.err()).isEqualTo(exit);
        assertThat(result.out()).isEmpty();
        assertThat(result.err()).startsWith("trine: ").hasLineCount(1).doesNotContain("\tat ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"user", "user create", "user create a b", "user list --nope", "key remove seven",
        "user list -o xml", "grant set alice team owner", "route explain team/app", "route explain x --op fly",
        "token create alice --expires-in soon", "repo delete", "settings history --limit 1001",
        "settings history --limit ten", "receipt list team/app --limit 0"})
    void aWrongCommandLineIsAUsageError(String line) {
        assertOneSentence(trine.run(line.split(" ")), 2);
    }

    @Test
    void aUsageErrorNamesTheHelpOfTheCommand() {
        assertThat(trine.run("user", "create").err()).contains("NAME").contains("(see 'trine user create --help')");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', value = {
        "grant set alice team owner|'owner' is none of read, write, maintain, admin",
        "user list -o xml|'xml' is none of table, json",
        "token create alice --role owner|'owner' is none of read, write, maintain, admin",
        "settings history --limit 0|'0' is not a number from 1 to 1000"})
    void aValueThatIsNoneIsToldWhichThereAre(String line, String which) {
        Result result = trine.run(line.split(" "));
        assertOneSentence(result, 2);
        assertThat(result.err()).contains(": " + which + " (see 'trine ");
    }

    @Test
    void aMisspelledCommandIsToldWhichThereAre() {
        Result result = trine.run("user", "lsit");
        assertOneSentence(result, 2);
        assertThat(result.err()).contains("no command 'lsit', there are create, disable, enable, list");
    }

    @Test
    void theClustersOwnSentenceIsShown() {
        Result result = trine.run("user", "disable", "nobody");
        assertOneSentence(result, 1);
        assertThat(result.err()).isEqualTo("trine: there is no user nobody%n".formatted());
    }

    @Test
    void nothingThatAnybodyChoseAsANameReachesTheTerminal() {
        Result result = trine.run("user", "disable", "x\u001b[2J\u009b\u202e\u2028y");
        assertOneSentence(result, 1);
        assertThat(result.err()).isEqualTo("trine: there is no user x?[2J?? y%n".formatted());
    }

    @Test
    void debugShowsWhereAFailureArose() {
        for (String[] line : new String[][] {
            {"--debug", "user", "disable", "nobody"}, {"user", "disable", "nobody", "--debug"}}) {
            Result result = trine.run(line);
            assertThat(result.exit()).isEqualTo(1);
            assertThat(result.err()).startsWith("trine: there is no user nobody").contains("\tat dev.trine");
        }
    }

    @Test
    void aStoppedClusterIsCalledUnreachable() throws Exception {
        trine.stopServer();
        Result result = trine.run("user", "list");
        assertOneSentence(result, 1);
        assertThat(result.err()).contains("cannot reach the cluster at " + trine.api()).contains("trine up");
    }

    @Test
    void aWrongTokenIsToldWithTheFileThatItStandsIn() throws Exception {
        Path file = trine.writeClusterFile(directory.resolve("other.yaml"), trine.api(), "bad-token");
        Result result = trine.run("user", "list", "--cluster", file.toString());
        assertOneSentence(result, 1);
        assertThat(result.err()).contains("does not accept the token in " + file).doesNotContain("bad-token");
    }

    @Test
    void theClusterFileIsTheOneNamedThenTheEnvironmentsThenTheDefault() throws Exception {
        Path bad = trine.writeClusterFile(directory.resolve("bad.yaml"), trine.api(), "bad-token");
        Path good = trine.writeClusterFile(directory.resolve("good.yaml"), trine.api(), AdminFixture.TOKEN);
        assertThat(trine.run("user", "list").exit()).isZero();
        trine.environment("TRINE_CLUSTER", bad.toString());
        assertThat(trine.run("user", "list").err()).contains(bad.toString());
        assertThat(trine.run("user", "list", "--cluster", good.toString()).exit()).isZero();
    }

    @Test
    void aMissingClusterFileIsToldWithTheRemedy() throws Exception {
        Files.delete(directory.resolve(".trine/client.yaml"));
        Result result = trine.run("user", "list");
        assertOneSentence(result, 1);
        assertThat(result.err()).contains("there is no cluster file").contains("trine up").contains("--cluster");
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1:9090", "ftp://127.0.0.1:1", "http://127.0.0.1", "http://a b:1"})
    void anApiThatIsNoUrlIsRefused(String api) throws Exception {
        Path file = trine.writeClusterFile(directory.resolve("odd.yaml"), "\"" + api + "\"", AdminFixture.TOKEN);
        Result result = trine.run("user", "list", "--cluster", file.toString());
        assertOneSentence(result, 1);
        assertThat(result.err()).contains(api).contains("http://host:port");
    }

    @Test
    void anUnknownKeyInTheClusterFileIsAnError() throws Exception {
        Path file = trine.writeClusterFile(directory.resolve("odd.yaml"), trine.api(), AdminFixture.TOKEN);
        Files.writeString(file, Files.readString(file) + "tokne: x\n");
        Result result = trine.run("user", "list", "--cluster", file.toString());
        assertOneSentence(result, 1);
        assertThat(result.err()).contains("tokne");
    }

    @ParameterizedTest
    @ValueSource(strings = {"user create", "user list", "user disable", "key add", "key list", "key remove",
        "token create", "token list", "token revoke", "repo create", "repo list", "repo describe", "repo rename",
        "repo delete", "grant set", "grant list", "grant remove", "cluster status", "route explain", "user", "key",
        "token", "repo", "grant", "cluster", "route"})
    void everyCommandHasHelpWithExamples(String line) {
        Result result = trine.run((line + " --help").split(" "));
        assertThat(result.exit()).isZero();
        assertThat(result.out()).contains("Usage: trine " + line).contains("Example").contains("  trine " + line);
    }
}
