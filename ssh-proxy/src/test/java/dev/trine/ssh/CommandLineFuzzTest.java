package dev.trine.ssh;

import static dev.trine.common.fuzz.Hostile.SEED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.trine.common.fuzz.Hostile;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Whatever a client wants executed, it is one of a few things or nothing. */
class CommandLineFuzzTest {
    @Provide
    Arbitrary<String> commands() {
        return Hostile.text("git-upload-pack ", "git-receive-pack ", "git upload-pack ", "git ", "'", "'/g/r.git'",
            "\\'",
            "\"", "--strict ", "repo ", "list ", "create ", "whoami", ";", "$(id)");
    }

    @Property(tries = 10_000, seed = SEED)
    void aCommandLineIsOneOfAFewOrNothing(@ForAll("commands") String text) {
        Hostile.bounded(() -> CommandLine.parse(text)).ifPresent(command -> {
            assertThat(command.program()).isNotNull();
            assertThat(command.path()).isNotEmpty();
        });
        Hostile.bounded(() -> Errand.parse(text));
    }

    @Provide
    Arbitrary<String> paths() {
        return Hostile.text("/g/", "r.git", "'", "\\", "!", " ");
    }

    /** Git puts its path into single quotes, and ' and ! out of them behind a backslash. */
    @Property(tries = 3000, seed = SEED)
    void aPathArrivesAsGitQuotesIt(@ForAll("paths") String path) {
        if (path.isEmpty() || path.length() > 1000) {
            return;
        }
        String quoted = "'" + path.replace("'", "'\\''").replace("!", "'\\!'") + "'";
        assertThat(CommandLine.parse("git-upload-pack " + quoted).map(CommandLine::path)).isEqualTo(Optional.of(path));
        assertThat(CommandLine.split(quoted)).isEqualTo(List.of(path));
    }
}
