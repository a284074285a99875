package dev.trine.deploy.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The script `trine`, installed in a directory with a space in its name, among JDKs that only print what they got. */
class LauncherScriptTest {
    @TempDir
    private Path directory;
    private Path installed;
    private Path jdks;

    /** What the script did. */
    private record Run(int exit, List<String> out, String err) {
    }

    @BeforeEach
    void install() throws IOException {
        installed = Files.createDirectories(directory.resolve("in stalled"));
        jdks = Files.createDirectories(directory.resolve("jdks"));
        Path script = Path.of("..", "trine").toRealPath();
        Files.copy(script, installed.resolve("trine"));
        installed.resolve("trine").toFile().setExecutable(true);
        lib(installed.resolve("lib"));
    }

    private static void lib(Path lib) throws IOException {
        Files.createDirectories(lib);
        Files.writeString(lib.resolve("server.options"), "");
        Files.writeString(lib.resolve("cli.options"), "");
    }

    private Path jdk(String name, String version) throws IOException {
        return jdk(jdks.resolve(name), version);
    }

    private static Path jdk(Path home, String version) throws IOException {
        Files.createDirectories(home.resolve("bin"));
        Files.writeString(home.resolve("release"), "IMPLEMENTOR=\"Somebody\"\nJAVA_VERSION=\"" + version + "\"\n");
        Path java = Files.writeString(home.resolve("bin/java"), "#!/bin/sh\necho \"$0\"\nprintf '%s\\n' \"$@\"\n");
        java.toFile().setExecutable(true);
        return home;
    }

    private Run trine(Path script, Map<String, String> environment, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(script.toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).directory(Path.of("/").toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("TRINE_"));
        builder.environment().putAll(Map.of("JAVA_HOME", "", "PATH", "/bin", "HOME", directory.toString(),
            "TRINE_JDK_DIRS", jdks.toString()));
        builder.environment().putAll(environment);
        Path err = directory.resolve("err");
        Process process = builder.redirectError(err.toFile()).start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return new Run(process.exitValue(), out.lines().toList(), Files.readString(err));
    }

    private String javaOf(Map<String, String> environment) throws Exception {
        Run run = trine(installed.resolve("trine"), environment, "user", "list");
        assertThat(run.exit()).as(run.err()).isZero();
        return run.out().getFirst();
    }

    @ParameterizedTest
    @CsvSource({"17.0.15;21.0.1;25.0.3, 25.0.3", "25;26.0.1;21, 25", "21.0.1;24-ea;17, 24-ea", "1.8.0_402;21, 21",
        "26;27.0.1, 27.0.1", "17;21.0.9;9, 21.0.9"})
    void theNewestJdkIsTakenAndTwentyFiveBeforeAllOthers(String versions, String expected) throws Exception {
        for (String version : versions.split(";")) {
            jdk("jdk-" + version, version);
        }
        assertThat(javaOf(Map.of())).isEqualTo(jdks.resolve("jdk-" + expected + "/bin/java").toString());
    }

    @Test
    void aJdkIsFoundByJavaHomeOrOnThePathAlone() throws Exception {
        Path home = jdk(directory.resolve("else where"), "21.0.2");
        assertThat(javaOf(Map.of("JAVA_HOME", home.toString()))).isEqualTo(home.resolve("bin/java").toString());
        Path bin = Files.createDirectories(directory.resolve("bin"));
        Files.createSymbolicLink(bin.resolve("java"), home.resolve("bin/java"));
        assertThat(javaOf(Map.of("PATH", bin + ":/bin"))).endsWith("else where/bin/java");
    }

    @Test
    void aJavaWithoutAReleaseFileIsAsked() throws Exception {
        Path home = jdk("odd", "0");
        Files.delete(home.resolve("release"));
        Files.writeString(home.resolve("bin/java"), "#!/bin/sh\n[ \"$1\" != -version ] || "
            + "{ echo 'openjdk version \"22.0.1\" 2024-04-16' >&2; exit 0; }\necho \"$0\"\n");
        assertThat(javaOf(Map.of())).isEqualTo(home.resolve("bin/java").toString());
    }

    @Test
    void withoutAJdkOneSentenceSaysWhatToInstall() throws Exception {
        jdk("jdk-17", "17.0.15");
        Run run = trine(installed.resolve("trine"), Map.of(), "user", "list");
        assertThat(run.exit()).isEqualTo(1);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).startsWith("trine: no JDK 21 or newer").contains("install", "temurin-25-jdk")
            .hasLineCount(1);
    }

    @Test
    void argumentsArriveAsTheyWereGiven() throws Exception {
        jdk("jdk-25", "25");
        Run run = trine(installed.resolve("trine"), Map.of(), "repo", "describe", "a b", "", "*", "--debug");
        assertThat(run.out()).endsWith("dev.trine.deploy.Trine", "repo", "describe", "a b", "", "*", "--debug");
        assertThat(run.out()).contains("@" + installed.resolve("lib/cli.options"), installed.resolve("lib") + "/*");
    }

    @ParameterizedTest
    @CsvSource({"21, false", "25, true"})
    void aServiceGetsTheOptionsOfAServerThatItsJavaKnows(String version, boolean latest) throws Exception {
        jdk("jdk", version);
        Files.writeString(installed.resolve("lib/server-25.options"), "");
        Run run = trine(installed.resolve("trine"), Map.of(), "git-server", "--config", "n1.yaml");
        assertThat(run.out()).contains("@" + installed.resolve("lib/server.options"));
        assertThat(run.out().contains("@" + installed.resolve("lib/server-25.options"))).isEqualTo(latest);
    }

    @Test
    void aProxyByItselfUsesTheArchiveOfTheFrontProcess() throws Exception {
        jdk("jdk-25", "25");
        Files.createFile(installed.resolve("lib/front.aot"));
        assertThat(trine(installed.resolve("trine"), Map.of(), "ssh-proxy").out())
            .contains("-XX:AOTCache=" + installed.resolve("lib/front.aot"));
    }

    @Test
    void theArchiveOfThatKindOfProcessIsUsedOnceItWasMade() throws Exception {
        jdk("jdk-25", "25");
        assertThat(trine(installed.resolve("trine"), Map.of(), "user").out())
            .noneMatch(word -> word.startsWith("-XX:SharedArchiveFile"));
        Files.createFile(installed.resolve("lib/cli.jsa"));
        Files.createFile(installed.resolve("lib/git-server.jsa"));
        assertThat(trine(installed.resolve("trine"), Map.of(), "user", "list").out())
            .contains("-XX:SharedArchiveFile=" + installed.resolve("lib/cli.jsa")).endsWith("user", "list");
        assertThat(trine(installed.resolve("trine"), Map.of(), "git-server").out())
            .contains("-XX:SharedArchiveFile=" + installed.resolve("lib/git-server.jsa"));
    }

    @Test
    void anArchiveWithProfilesIsUsedByAJavaThatKnowsIt() throws Exception {
        Files.createFile(installed.resolve("lib/git-server.jsa"));
        Files.createFile(installed.resolve("lib/git-server.aot"));
        jdk("jdk-24", "24");
        assertThat(trine(installed.resolve("trine"), Map.of(), "git-server").out())
            .contains("-XX:SharedArchiveFile=" + installed.resolve("lib/git-server.jsa"))
            .noneMatch(word -> word.contains("aot"));
        jdk("jdk-25", "25");
        assertThat(trine(installed.resolve("trine"), Map.of(), "git-server").out())
            .contains("-XX:AOTCache=" + installed.resolve("lib/git-server.aot"))
            .noneMatch(word -> word.contains("jsa"));
    }

    @Test
    void aChainOfSymbolicLinksLeadsToTheSameJars() throws Exception {
        jdk("jdk-25", "25");
        Path one = Files.createSymbolicLink(directory.resolve("one"), installed.resolve("trine"));
        Path two = Files.createSymbolicLink(Files.createDirectories(directory.resolve("bin")).resolve("two"),
            Path.of("..", one.getFileName().toString()));
        assertThat(trine(two, Map.of(), "user").out()).contains("-Dtrine.lib=" + installed.resolve("lib"));
    }

    @Test
    void anIncompleteInstallationIsTold() throws Exception {
        jdk("jdk-25", "25");
        Files.delete(installed.resolve("lib/server.options"));
        Run run = trine(installed.resolve("trine"), Map.of(), "user");
        assertThat(run.exit()).isEqualTo(1);
        assertThat(run.err()).contains("does not hold Trine's jars").hasLineCount(1);
    }

    @Test
    void twoCommandsAtOnceBuildAStaleCheckoutOnce() throws Exception {
        Path home = jdk("jdk-25", "25");
        Files.createFile(home.resolve("bin/javac")).toFile().setExecutable(true);
        Path checkout = checkoutWithCountingMaven();
        Map<String, String> environment = Map.of("PATH", checkout.resolve("bin") + ":/usr/bin:/bin");
        List<Run> runs = new ArrayList<>();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            threads.add(Thread.startVirtualThread(() -> {
                Run run = runQuietly(checkout.resolve("trine"), environment);
                synchronized (runs) {
                    runs.add(run);
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(runs).hasSize(3).allSatisfy(run -> assertThat(run.exit()).as(run.err()).isZero());
        assertThat(Files.readAllLines(checkout.resolve("builds"))).hasSize(1);
        Run again = trine(checkout.resolve("trine"), environment, "user");
        assertThat(Files.readAllLines(checkout.resolve("builds"))).hasSize(1);
        assertThat(again.out()).anyMatch(line -> line.startsWith("-Dtrine.lib=" + checkout + "/deploy/target/run/"));
    }

    @Test
    void aChangedOrDeletedSourceIsBuiltAndTheJarsInUseStay() throws Exception {
        Path home = jdk("jdk-25", "25");
        Files.createFile(home.resolve("bin/javac")).toFile().setExecutable(true);
        Path checkout = checkoutWithCountingMaven();
        Map<String, String> environment = Map.of("PATH", checkout.resolve("bin") + ":/usr/bin:/bin");
        String first = libOf(trine(checkout.resolve("trine"), environment, "user"));
        Files.delete(checkout.resolve("deploy/src/main/A.java"));
        Run second = trine(checkout.resolve("trine"), environment, "user");
        assertThat(Files.readAllLines(checkout.resolve("builds"))).hasSize(2);
        assertThat(second.err()).contains("building");
        assertThat(libOf(second)).isNotEqualTo(first);
        assertThat(Path.of(first).resolve("trine-deploy.jar")).hasContent("build 1\n");
    }

    @Test
    void aStaleCheckoutDoesNotStandInTheWayOfStoppingACluster() throws Exception {
        Path home = jdk("jdk-25", "25");
        Files.createFile(home.resolve("bin/javac")).toFile().setExecutable(true);
        Path checkout = checkoutWithCountingMaven();
        Map<String, String> environment = Map.of("PATH", checkout.resolve("bin") + ":/usr/bin:/bin");
        String built = libOf(trine(checkout.resolve("trine"), environment, "down"));
        Files.delete(checkout.resolve("deploy/src/main/A.java"));
        assertThat(libOf(trine(checkout.resolve("trine"), environment, "down"))).isEqualTo(built);
        assertThat(libOf(trine(checkout.resolve("trine"), environment, "node", "kill", "n1"))).isEqualTo(built);
        assertThat(Files.readAllLines(checkout.resolve("builds"))).hasSize(1);
    }

    @Test
    void aFailedBuildIsToldWithItsErrorsAndTriedAgain() throws Exception {
        Path home = jdk("jdk-25", "25");
        Files.createFile(home.resolve("bin/javac")).toFile().setExecutable(true);
        Path checkout = checkoutWithCountingMaven();
        Path maven = checkout.resolve("bin/mvn");
        Files.writeString(maven, "#!/bin/sh\necho '[ERROR] A.java: not Java'\nexit 1\n");
        Map<String, String> environment = Map.of("PATH", checkout.resolve("bin") + ":/usr/bin:/bin");
        for (int i = 0; i < 2; i++) {
            Run run = trine(checkout.resolve("trine"), environment, "user");
            assertThat(run.exit()).isEqualTo(1);
            assertThat(run.err()).contains("A.java: not Java").contains("the build failed");
        }
    }

    private static String libOf(Run run) {
        return run.out().stream().filter(line -> line.startsWith("-Dtrine.lib=")).findFirst().orElseThrow()
            .substring("-Dtrine.lib=".length());
    }

    private Run runQuietly(Path script, Map<String, String> environment) {
        try {
            ProcessBuilder builder = new ProcessBuilder(script.toString(), "user").redirectErrorStream(true);
            builder.environment().putAll(Map.of("JAVA_HOME", "", "HOME", directory.toString(), "TRINE_JDK_DIRS",
                jdks.toString()));
            builder.environment().putAll(environment);
            Process process = builder.start();
            String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return new Run(process.waitFor(), out.lines().toList(), out);
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A source checkout whose Maven counts how often it is called and leaves a jar with that number. */
    private Path checkoutWithCountingMaven() throws IOException {
        Path checkout = Files.createDirectories(directory.resolve("check out"));
        Files.copy(installed.resolve("trine"), checkout.resolve("trine"));
        Files.createDirectories(checkout.resolve("deploy/src/main"));
        Files.writeString(checkout.resolve("deploy/src/main/A.java"), "");
        Files.writeString(checkout.resolve("pom.xml"), "");
        Files.writeString(checkout.resolve("deploy/pom.xml"), "");
        Path maven = Files.createDirectories(checkout.resolve("bin")).resolve("mvn");
        Files.writeString(maven, """
            #!/bin/sh
            echo build >>builds
            mkdir -p deploy/target/dist/lib
            cd deploy/target/dist/lib
            touch server.options cli.options other.jar
            echo "build $(wc -l <../../../../builds | tr -d ' ')" >trine-deploy.jar
            echo '[INFO] Building Trine deployment 0.1 [9/9]'
            """);
        maven.toFile().setExecutable(true);
        return checkout.toRealPath();
    }
}
