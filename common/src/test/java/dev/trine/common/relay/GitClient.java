package dev.trine.common.relay;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The real git client in one directory, untouched by the settings of whoever runs the tests. */
public record GitClient(Path directory, Map<String, String> environment) {
    private static final int WAIT_SECONDS_MAX = 120;

    /** A client in a directory, which is made if it does not exist. */
    public static GitClient in(Path directory, Map<String, String> environment) throws IOException {
        return new GitClient(Files.createDirectories(directory), environment);
    }

    /** What a command did. */
    public record Result(int exit, String output) {
    }

    /** Runs git and takes what it prints on both streams. */
    public Result tryRun(String... arguments) {
        return tryFeeding("", arguments);
    }

    /** As {@link #tryRun(String...)}, with text on its standard input. */
    public Result tryFeeding(String input, String... arguments) {
        List<String> command = new ArrayList<>(List.of("git", "-c", "init.defaultBranch=main",
            // newer ones leave it behind, at work in a directory that the test removes
            "-c", "gc.auto=0", "-c", "maintenance.auto=false"));
        command.addAll(List.of(arguments));
        try {
            Path in = Files.createTempFile("git-in", "");
            Path out = Files.createTempFile("git-out", "");
            Files.writeString(in, input);
            ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile())
                .redirectErrorStream(true).redirectInput(in.toFile()).redirectOutput(out.toFile());
            builder.environment().put("HOME", directory.toString());
            builder.environment().put("GIT_CONFIG_NOSYSTEM", "1");
            builder.environment().put("GIT_AUTHOR_NAME", "A");
            builder.environment().put("GIT_AUTHOR_EMAIL", "a@example.org");
            builder.environment().put("GIT_COMMITTER_NAME", "A");
            builder.environment().put("GIT_COMMITTER_EMAIL", "a@example.org");
            builder.environment().put("GIT_TERMINAL_PROMPT", "0");
            builder.environment().putAll(environment);
            Process process = builder.start();
            if (!process.waitFor(WAIT_SECONDS_MAX, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError("git hangs: " + command + "\n" + Files.readString(out));
            }
            String output = Files.readString(out, StandardCharsets.ISO_8859_1);
            Files.delete(in);
            Files.delete(out);
            return new Result(process.exitValue(), output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Runs git, which must succeed; returns what it printed. */
    public String run(String... arguments) {
        Result result = tryRun(arguments);
        if (result.exit() != 0) {
            throw new AssertionError("git " + String.join(" ", arguments) + ": " + result.output());
        }
        return result.output();
    }

    /** Makes an empty commit on the current branch and returns its id. */
    public String commit(String message) {
        run("commit", "--quiet", "--allow-empty", "-m", message);
        return run("rev-parse", "HEAD").strip();
    }
}
