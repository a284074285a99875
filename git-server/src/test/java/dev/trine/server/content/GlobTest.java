package dev.trine.server.content;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trine.server.hosting.Git;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Patterns of .gitattributes, compared with what C Git makes of them. */
class GlobTest {
    private static final List<String> PATTERNS = List.of("a", "*", "*.c", "a*", "?", "??", "a?c", "*a*b*", "a/b", "/a",
        "/a/b", "a/", "a/b/", "*/b", "a/*", "a/*/c", "**/b", "a/**", "a/**/c", "**", "**/", "a**c", "a/**b", "**b",
        "/**/c", "a/**/**/c", "[ab]", "[!ab]", "[^a]", "[a-c]x", "[]a]", "[a-]", "[-a]", "[", "[a", "a[", "[[:digit:]]",
        "[[:alpha:][:digit:]]x", "[![:space:]]", "[[:nonsense:]]", "\\*", "\\a", "a\\", "[\\]]", "[a\\-c]", "[c-a]",
        "a/?/c", "a[/]b", "*/*/*", "x*/y", "**/*.c", "b/**/c/*", "-", "a!b", "[/]", "a//b", "*.[ch]");
    private static final List<String> PATHS = List.of("a", "b", "c", "x", "aa", "ab", "abc", "a.c", "a.h", "b.c", "1",
        "bx", "1x", "]", "-", "*", "\\", "a!b", "a-c", "a/", "a/b", "a/b/", "a/b/c", "a/c", "a/x/c", "a/x/y/c", "a/xb",
        "x/b", "x/y/b", "xx/y", "a/a.c", "b/c/d", "b/x/c/d.c", "a/*", "**b", "acc", "a**c", "a/**/c", "x/y/z");

    @TempDir
    private Path directory;

    /** The pattern of each rule is told apart by the rule's attribute, so one call of git judges all. */
    private List<String> matchesOfGit() throws IOException {
        Git git = new Git(directory);
        git.run("init", "--quiet");
        StringBuilder rules = new StringBuilder();
        for (int i = 0; i < PATTERNS.size(); i++) {
            rules.append(PATTERNS.get(i)).append(" p").append(i).append('\n');
        }
        Files.writeString(directory.resolve(".gitattributes"), rules);
        List<String> matches = new ArrayList<>();
        String[] said = git.feed(String.join("\0", PATHS) + "\0", "check-attr", "-z", "--all", "--stdin").split("\0");
        for (int i = 0; i + 2 < said.length; i += 3) {
            matches.add(PATTERNS.get(Integer.parseInt(said[i + 1].substring(1))) + " matches " + said[i]);
        }
        return matches;
    }

    private static boolean matches(String pattern, String path) throws IOException {
        boolean directory = path.endsWith("/");
        return ExportRule.of(pattern + " export-ignore").orElseThrow()
            .matches(directory ? path.substring(0, path.length() - 1) : path, directory, steps -> { });
    }

    @Test
    void aPatternMatchesWhatItMatchesInGit() throws IOException {
        List<String> matches = new ArrayList<>();
        for (String path : PATHS) {
            for (String pattern : PATTERNS) {
                if (matches(pattern, path)) {
                    matches.add(pattern + " matches " + path);
                }
            }
        }
        assertThat(matches).hasSizeGreaterThan(200).containsExactlyInAnyOrderElementsOf(matchesOfGit());
    }

    @Test
    void eachComparisonCostsAsMuchAsPatternAndPathAreLong() throws IOException {
        long[] steps = {0};
        ExportRule rule = ExportRule.of("*a".repeat(100) + "b export-ignore").orElseThrow();
        assertThat(rule.matches("a".repeat(500), false, count -> steps[0] += count)).isFalse();
        assertThat(steps[0]).isBetween(10_000L, 201L * 500);
    }

    @Test
    void onlyLinesAboutTheAttributeAreRules() throws IOException {
        for (String line : List.of("", "   ", "# a export-ignore", "!a export-ignore", "[attr]x export-ignore",
            "a text", "a export-ignored", "a")) {
            assertThat(ExportRule.of(line)).as(line).isEmpty();
        }
        for (String line : List.of("a -export-ignore", "a !export-ignore", "a export-ignore=yes",
            "a export-ignore -export-ignore")) {
            assertThat(ExportRule.of(line).orElseThrow().ignores()).as(line).isFalse();
        }
        assertThat(ExportRule.of("\ta  text -export-ignore\texport-ignore \r").orElseThrow().ignores()).isTrue();
    }
}
