package dev.trine.ssh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trine.common.live.LiveValues;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a person asks for beside Git's programs, and what he is told. */
@Timeout(120)
class ErrandTest {
    @TempDir
    private static Path dir;
    private static SshDoor door;

    @BeforeAll
    static void open() throws Exception {
        Files.writeString(dir.resolve("notice"), "");
        door = SshDoor.forAlice(dir, "notice-file: " + dir.resolve("notice") + "\n");
        for (String path : new String[] {"g/a", "g/sub/b", "h/c"}) {
            door.cluster().host(path, dir);
        }
    }

    @AfterAll
    static void close() throws Exception {
        door.close();
    }

    private static String run(String command) throws Exception {
        return door.ssh("git@127.0.0.1", command);
    }

    @Test
    void whoamiTellsTheUserAndByWhatHeSignedIn() throws Exception {
        assertThat(run("whoami")).isEqualTo("alice\nuser 5\nexit 0");
    }

    @Test
    void repositoriesAreListedPageAfterPage() throws Exception {
        assertThat(run("repo list")).isEqualTo("g/a\ng/r\ng/sub/b\nh/c\nexit 0");
        assertThat(run("repo list g")).isEqualTo("g/a\ng/r\ng/sub/b\nexit 0");
        assertThat(run("repo list none")).isEqualTo("exit 0");
    }

    @ParameterizedTest
    @CsvSource({"/,''", "/g,g", "g/,g", "/g/sub/,g/sub", "//g,/g"})
    void aGroupIsListedWithASlashAtEitherEndAsARepositoryIsCreated(String given, String group) {
        assertThat(Errand.parse("repo list " + given)).contains(new Errand.ListRepositories(group));
    }

    @Test
    void aRepositoryIsCreatedWhereTheUserMay() throws Exception {
        assertThat(run("repo create mine/new")).isEqualTo("mine/new\nexit 0");
        assertThat(run("repo create 'theirs/new'")).matches("trine: you are not an administrator of theirs/new or a"
            + " group above it \\(request [0-9a-f]{16}\\)\nexit 1");
    }

    @Test
    void aListThatTheRouterRefusesIsASentenceAndAnExitStatus() throws Exception {
        assertThat(run("repo list theirs")).matches("trine: key 7 acts for no user \\(request [0-9a-f]{16}\\)\nexit 1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"whoami now", "repo", "repo list a b", "repo create", "repo delete g/a", "repo list 'g"})
    void anythingElseIsRefused(String command) throws Exception {
        assertThat(Errand.parse(command)).isEmpty();
    }

    @Test
    void aRefusalNamesWhatThereIs() throws Exception {
        assertThat(run("repo delete g/a")).matches("trine: 'repo delete g/a' is not served here; use git clone, fetch"
            + " and push with ssh://HOST/GROUP/NAME\\.git, or the commands whoami, repo list \\[GROUP] and repo create"
            + " PATH \\(request [0-9a-f]{16}\\)\nexit 128");
    }

    @ParameterizedTest
    @ValueSource(strings = {"git-upload-archive '/g/r.git'", "git upload-archive g/r"})
    void whoWantsAnArchiveIsToldWhereThereIsOne(String command) throws Exception {
        assertThat(run(command)).startsWith("trine: '" + command + "' is not served here; archives are served by URL:"
            + " https://HOST/GROUP/NAME/-/archive/REVISION.tar.gz or .zip (request ").endsWith("exit 128");
        assertThat(new HttpDoor(Optional.of(URI.create("https://git.example/"))).archives())
            .contains(": https://git.example/GROUP/NAME/-/archive/");
    }

    @Test
    void aNoticeIsToldFromTheMomentThatItIsInTheFileAndDoesNothingToTheTerminal() throws Exception {
        Files.writeString(dir.resolve("notice"), "Maintenance at \u001b[31m18:00\u009b0m\nsee https://status\n");
        try {
            assertThat(run("whoami")).isEqualTo("Maintenance at ?[31m18:00?0m\nsee https://status\nalice\nuser 5\n"
                + "exit 0");
        } finally {
            Files.writeString(dir.resolve("notice"), "");
        }
        assertThat(run("whoami")).isEqualTo("alice\nuser 5\nexit 0");
    }

    @Test
    void aNoticeThatIsSetLiveTakesThePlaceOfTheFile() throws Exception {
        Files.writeString(dir.resolve("notice"), "from the file");
        try {
            door.cluster().set(new LiveValues(1, Map.of("notice", "from afar\u202e\nand on")));
            String told = run("whoami");
            while (told.startsWith("from the file\n")) {
                told = run("whoami");
            }
            assertThat(told).isEqualTo("from afar?\nand on\nalice\nuser 5\nexit 0");
            door.cluster().set(new LiveValues(2, Map.of("notice", "")));
            while (told.startsWith("from afar")) {
                told = run("whoami");
            }
            assertThat(told).isEqualTo("alice\nuser 5\nexit 0");
            door.cluster().set(new LiveValues(3, Map.of()));
            while (told.startsWith("alice")) {
                told = run("whoami");
            }
            assertThat(told).startsWith("from the file\nalice\n");
        } finally {
            Files.writeString(dir.resolve("notice"), "");
        }
    }

    @Test
    void escapesAreTakenOutOfWhatIsRepeated() throws Exception {
        assertThat(run("\u001b[2J\u202eevil")).startsWith("trine: '?[2J?evil' is not served here");
    }
}
