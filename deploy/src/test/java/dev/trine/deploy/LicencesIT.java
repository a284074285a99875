package dev.trine.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;

/** Under which licences that comes which Trine is distributed with. */
class LicencesIT {
    private static final Path LIB = Path.of(System.getenv("TRINE_LIB"));
    /** What may be distributed together with software under the Apache License 2.0. */
    private static final Set<String> ALLOWED = Set.of("Apache-2.0", "MIT", "BSD-3-Clause", "EPL-2.0", "MPL-2.0",
        "GPL-2.0-only WITH Universal-FOSS-exception-1.0");
    /** How jars themselves name their licences. */
    private static final Map<Pattern, String> NAMES = Map.of(
        Pattern.compile("(?i)apache.*2|^apache 2"), "Apache-2.0",
        Pattern.compile("(?i)^MIT\\b|opensource.org/license/mit|Bouncy Castle"), "MIT",
        Pattern.compile("(?i)BSD-3-Clause|edl-v10|EDL-1.0|Eclipse Distribution License"), "BSD-3-Clause",
        Pattern.compile("(?i)epl-?(2\\.0|v20)"), "EPL-2.0",
        Pattern.compile("(?i)lgpl"), "LGPL-2.1-only",
        Pattern.compile("(?i)h2database.com/html/license|MPL 2"), "MPL-2.0",
        Pattern.compile("(?i)Universal FOSS Exception"), "GPL-2.0-only WITH Universal-FOSS-exception-1.0");
    private static final Pattern LICENCE_IN_POM =
        Pattern.compile("<license>.*?<name>\\s*(.*?)\\s*</name>", Pattern.DOTALL);

    @Test
    void everyJarThatIsShippedIsListedWithALicenceThatIsAllowed() throws IOException {
        Map<String, String> listed = listed();
        assertThat(listed.keySet()).as("artifacts in deploy/src/main/dist/licences.txt").isEqualTo(jars().keySet());
        assertThat(ALLOWED).as("allowed licences").containsAll(listed.values());
    }

    @Test
    void noJarSaysThatItIsUnderAnotherLicence() throws IOException {
        Map<String, String> listed = listed();
        List<String> contradictions = new ArrayList<>();
        int told = 0;
        for (Map.Entry<String, Path> jar : jars().entrySet()) {
            List<String> says = says(jar.getValue());
            told += says.isEmpty() ? 0 : 1;
            Set<String> known = says.stream().flatMap(text -> spdx(text).stream()).collect(Collectors.toSet());
            if (!says.isEmpty() && !known.contains(listed.get(jar.getKey()))) {
                contradictions.add(jar.getKey() + " is listed as " + listed.get(jar.getKey()) + " and says " + says);
            }
        }
        assertThat(contradictions).isEmpty();
        assertThat(told).as("jars that tell their licence").isGreaterThan(20);
    }

    @Test
    void theNoticeNamesEveryLibraryUnderAnotherLicenceThanOurs() throws IOException {
        String notice = Files.readString(Path.of("").toAbsolutePath().resolveSibling("NOTICE"));
        assertThat(listed().entrySet().stream().filter(row -> !row.getValue().equals("Apache-2.0"))
            .map(Map.Entry::getKey)).isNotEmpty().allSatisfy(artifact -> assertThat(notice).contains(artifact));
    }

    private static Map<String, String> listed() throws IOException {
        return Files.readAllLines(LIB.resolve("licences.txt")).stream().filter(line -> !line.startsWith("#"))
            .map(line -> line.split(" ", 2)).collect(Collectors.toMap(row -> row[0], row -> row[1], (a, b) -> {
                throw new IllegalStateException("listed twice");
            }, TreeMap::new));
    }

    /** All but our own, by artifact. */
    private static Map<String, Path> jars() throws IOException {
        Map<String, Path> jars = new TreeMap<>();
        try (Stream<Path> files = Files.list(LIB)) {
            for (Path file : files.filter(path -> path.toString().endsWith(".jar")).toList()) {
                String name = file.getFileName().toString();
                if (name.endsWith("-jgit.jar")) {
                    jars.put("org.eclipse.jgit", file);
                } else if (!name.startsWith("trine-")) {
                    jars.put(name.replaceFirst("-[0-9].*", ""), file);
                }
            }
        }
        return jars;
    }

    /** The licences that a jar names in its manifest, and in the description that Maven packed. */
    private static List<String> says(Path file) throws IOException {
        try (JarFile jar = new JarFile(file.toFile())) {
            List<String> says = new ArrayList<>();
            Optional.ofNullable(jar.getManifest().getMainAttributes().getValue("Bundle-License")).ifPresent(says::add);
            jar.stream().filter(entry -> entry.getName().matches("META-INF/maven/.*/pom\\.xml")).forEach(entry -> {
                Matcher names = LICENCE_IN_POM.matcher(text(jar, entry));
                while (names.find()) {
                    says.add(names.group(1));
                }
            });
            return says;
        }
    }

    private static String text(JarFile jar, ZipEntry entry) {
        try {
            return new String(jar.getInputStream(entry).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> spdx(String text) {
        return NAMES.entrySet().stream().filter(name -> name.getKey().matcher(text).find()).map(Map.Entry::getValue)
            .toList();
    }
}
