package dev.trine.deploy.local;

import dev.trine.inspector.cli.CommandFailure;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Runs other people's programs, and writes command lines that can be pasted into a shell. */
final class Shell {
    private static final Duration RUN_MAX = Duration.ofSeconds(30);

    private Shell() {
    }

    /** Whether there is a program of that name. */
    static boolean has(String program) {
        return find(program).isPresent();
    }

    private static Optional<Path> find(String program) {
        String path = Optional.ofNullable(System.getenv("PATH")).orElse("");
        for (String directory : path.split(":")) {
            Path candidate = Path.of(directory.isEmpty() ? "." : directory, program);
            if (Files.isRegularFile(candidate) && Files.isExecutable(candidate)) {
                return Optional.of(candidate);
            }
        }
        return Optional.empty();
    }

    /** Runs a program that has to succeed, within half a minute and without input. */
    static void run(Path directory, Map<String, String> environment, List<String> command) {
        run(directory, environment, RUN_MAX, command);
    }

    /** Runs a program that has to succeed, within some time and without input. */
    static void run(Path directory, Map<String, String> environment, Duration max, List<String> command) {
        ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true)
            .redirectInput(Redirect.from(Path.of("/dev/null").toFile()));
        builder.environment().putAll(environment);
        try {
            Process process = builder.start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(max.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new CommandFailure(command.getFirst() + " did not end within " + max.toSeconds() + " s");
            }
            if (process.exitValue() != 0) {
                throw new CommandFailure(command.getFirst() + " failed: " + output.strip());
            }
        } catch (IOException e) {
            throw new CommandFailure("cannot run " + command.getFirst() + ": " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandFailure("interrupted", e);
        }
    }

    /** A word that a shell reads as itself. */
    static String quoted(String word) {
        return word.matches("[A-Za-z0-9_@%+=:,./-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
    }
}
