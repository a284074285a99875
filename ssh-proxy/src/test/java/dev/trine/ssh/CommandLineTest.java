package dev.trine.ssh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trine.common.relay.GitProgram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CommandLineTest {
    @Test
    void bothSpellingsOfGitsProgramsAreKnown() {
        assertThat(CommandLine.parse("git-upload-pack '/g/r.git'"))
            .contains(new CommandLine(GitProgram.UPLOAD_PACK, "/g/r.git"));
        assertThat(CommandLine.parse("git receive-pack 'g/r'"))
            .contains(new CommandLine(GitProgram.RECEIVE_PACK, "g/r"));
    }

    @Test
    void thePathIsUnquotedAsAShellWould() {
        assertThat(CommandLine.parse("git-upload-pack 'it'\\''s a '\\!'.git'").orElseThrow().path())
            .isEqualTo("it's a !.git");
        assertThat(CommandLine.parse("git-upload-pack \"a \\\"b\\\"\"").orElseThrow().path()).isEqualTo("a \"b\"");
        assertThat(CommandLine.parse("git-upload-pack /plain").orElseThrow().path()).isEqualTo("/plain");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "ls", "git", "git-upload-pack", "git-upload-pack ''", "git-upload-pack 'unclosed",
        "git-upload-pack --strict '/g/r'", "git-upload-pack 'a' 'b'", "git-upload-archive 'a'", "git-shell -c x",
        "git-upload-pack 'a'; rm -rf 'b'", "GIT-UPLOAD-PACK 'a'"})
    void anythingElseIsNot(String text) {
        assertThat(CommandLine.parse(text)).isEmpty();
    }

    @Test
    void aCommandOfUnreasonableLengthIsNot() {
        assertThat(CommandLine.parse("git-upload-pack '" + "x".repeat(5000) + "'")).isEmpty();
    }
}
