package dev.trine.ssh;

import static dev.trine.common.fuzz.Hostile.SEED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.trine.common.fuzz.Hostile;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

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
            assertThat(command.path()).isNotEmpty();
            assertThat(text).hasSizeLessThanOrEqualTo(4096);
            assertThat(bare(text)).matches("(?s) *git(-| +)(upload|receive)-pack .*");
            assertThat(CommandLine.parse(command.program().text() + " " + quoted(command.path()))).contains(command);
        });
        Hostile.bounded(() -> Errand.parse(text)).ifPresent(errand ->
            assertThat(bare(text)).matches("(?s) *(whoami *|repo +(list|create)( .*)?)"));
    }

    /** A text without what quotes. */
    private static String bare(String text) {
        return text.replaceAll("['\"\\\\]", "");
    }

    @Provide
    Arbitrary<List<String>> words() {
        return Arbitraries.frequencyOf(Tuple.of(5, Arbitraries.of("git", "git-upload-pack", "upload-pack",
            "git-receive-pack", "receive-pack", "repo", "list", "create", "whoami")), Tuple.of(2, paths()))
            .list().ofMaxSize(4);
    }

    /** What is quoted is a word, whatever it holds, and as many words as belong to a command are one. */
    @Property(tries = 10_000, seed = SEED)
    void asManyWordsAsACommandHasAreOne(@ForAll("words") List<String> words) {
        String text = words.stream().map(CommandLineFuzzTest::quoted).collect(Collectors.joining(" "));
        if (text.length() > 4096) {
            assertThat(CommandLine.split(text)).isEmpty();
            return;
        }
        assertThat(CommandLine.split(text)).isEqualTo(words);
        List<String> git = words.size() == 3 && words.getFirst().equals("git")
            ? List.of("git-" + words.get(1), words.get(2)) : words;
        assertThat(CommandLine.parse(text).isPresent()).isEqualTo(git.size() == 2 && !git.getLast().isEmpty()
            && List.of("git-upload-pack", "git-receive-pack").contains(git.getFirst()));
        assertThat(CommandLine.parse(text).map(CommandLine::path).filter(path -> !path.equals(git.getLast())))
            .isEmpty();
        assertThat(Errand.parse(text)).isEqualTo(errand(words));
    }

    private static Optional<Errand> errand(List<String> words) {
        if (words.equals(List.of("whoami"))) {
            return Optional.of(new Errand.WhoAmI());
        }
        if (words.equals(List.of("repo", "list"))) {
            return Optional.of(new Errand.ListRepositories(""));
        }
        if (words.size() == 3 && words.subList(0, 2).equals(List.of("repo", "list"))) {
            return Optional.of(new Errand.ListRepositories(words.get(2).replaceFirst("^/", "")
                .replaceFirst("/\\z", "")));
        }
        return words.size() == 3 && words.subList(0, 2).equals(List.of("repo", "create"))
            ? Optional.of(new Errand.CreateRepository(words.get(2))) : Optional.empty();
    }

    private static String quoted(String path) {
        return "'" + path.replace("'", "'\\''").replace("!", "'\\!'") + "'";
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
        assertThat(CommandLine.parse("git-upload-pack " + quoted(path)).map(CommandLine::path)).contains(path);
        assertThat(CommandLine.split(quoted(path))).isEqualTo(List.of(path));
    }
}
