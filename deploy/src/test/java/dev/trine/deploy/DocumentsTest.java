package dev.trine.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class DocumentsTest {
    private static final Path PROJECT = Path.of("").toAbsolutePath().getParent();
    private static final Pattern NAMED_TEST = Pattern.compile("`(\\w+(?:Test|IT|Benchmark))`");
    private static final Pattern NAMED_METHOD = Pattern.compile("`(\\w+(?:Test|IT)\\.\\w+)`");
    private static final Pattern LINK = Pattern.compile("]\\(([^)#:]+)(?:#[^)]*)?\\)");

    @Test
    void everyTestThatADocumentNamesIsThere() throws IOException {
        Set<String> sources;
        try (Stream<Path> files = Files.walk(PROJECT)) {
            sources = files.map(file -> file.getFileName().toString()).filter(name -> name.endsWith(".java"))
                .map(name -> name.substring(0, name.length() - ".java".length())).collect(Collectors.toSet());
        }
        List<String> named = new ArrayList<>();
        List<String> missing = new ArrayList<>();
        for (Path document : documents()) {
            for (String test : found(NAMED_TEST, document)) {
                named.add(test);
                if (!sources.contains(test)) {
                    missing.add(PROJECT.relativize(document) + " names " + test);
                }
            }
        }
        assertThat(named).isNotEmpty();
        assertThat(missing).isEmpty();
    }

    @Test
    void everyTestMethodThatADocumentNamesIsThere() throws IOException {
        Map<String, Path> sources;
        try (Stream<Path> files = Files.walk(PROJECT)) {
            sources = files.filter(file -> file.toString().matches(".*/src/test/.*(Test|IT)\\.java"))
                .collect(Collectors.toMap(file -> file.getFileName().toString().replace(".java", ""), file -> file,
                    (one, other) -> one));
        }
        List<String> named = new ArrayList<>();
        List<String> missing = new ArrayList<>();
        for (Path document : documents()) {
            for (String test : found(NAMED_METHOD, document)) {
                named.add(test);
                String[] parts = test.split("\\.");
                Path source = sources.get(parts[0]);
                if (source == null || !Files.readString(source).contains(" " + parts[1] + "(")) {
                    missing.add(PROJECT.relativize(document) + " names " + test);
                }
            }
        }
        assertThat(named).isNotEmpty();
        assertThat(missing).isEmpty();
    }

    @Test
    void everyAttackIsAnsweredByATest() throws IOException {
        List<String> rows = Files.readAllLines(PROJECT.resolve("docs/THREATS.md")).stream()
            .dropWhile(line -> !line.startsWith("| attack |")).skip(1).filter(line -> line.startsWith("| ")).toList();
        assertThat(rows).isNotEmpty().allSatisfy(row -> assertThat(row.split("\\|"))
            .satisfies(cells -> assertThat(cells[cells.length - 1]).containsPattern("`\\w+(Test|IT)(\\.\\w+)?`")));
    }

    @Test
    void everyRefusalIsShownByATest() throws IOException {
        List<String> rows = Files.readAllLines(PROJECT.resolve("docs/ACCESS.md")).stream()
            .dropWhile(line -> !line.startsWith("| refused | sentence |")).skip(2)
            .takeWhile(line -> line.startsWith("| ")).toList();
        assertThat(rows).hasSizeGreaterThan(20).allSatisfy(row -> assertThat(row.split("\\|")).hasSize(7)
            .satisfies(cells -> assertThat(cells[cells.length - 1]).containsPattern("`\\w+(Test|IT)(\\.\\w+)?`")));
    }

    @Test
    void everyFileThatADocumentLinksToIsThere() throws IOException {
        List<String> links = new ArrayList<>();
        List<String> missing = new ArrayList<>();
        for (Path document : documents()) {
            for (String link : found(LINK, document)) {
                links.add(link);
                if (!Files.exists(document.resolveSibling(link))) {
                    missing.add(PROJECT.relativize(document) + " links to " + link);
                }
            }
        }
        assertThat(links).isNotEmpty();
        assertThat(missing).isEmpty();
    }

    private static List<String> found(Pattern pattern, Path document) throws IOException {
        return pattern.matcher(Files.readString(document)).results().map(result -> result.group(1))
            .toList();
    }

    private static List<Path> documents() throws IOException {
        try (Stream<Path> files = Files.walk(PROJECT.resolve("docs"))) {
            return Stream.concat(Stream.of(PROJECT.resolve("README.md")),
                files.filter(file -> file.toString().endsWith(".md"))).toList();
        }
    }
}
