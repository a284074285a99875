package dev.trine.deploy.bench;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The stock git command, in an environment that depends on nothing of the machine's own configuration. Every run is
 * bounded in time. Used by many threads.
 */
public final class GitClient {
    private static final Duration RUN_MAX = Duration.ofMinutes(15);
    private static final Duration END_MAX = Duration.ofSeconds(40);

    private final Path home;
    private final Map<String, String> environment;

    /**
     * Makes a client.
     *
     * @param home        its home directory, which it creates
     * @param environment variables on top of its own
     */
    public GitClient(Path home, Map<String, String> environment) throws IOException {
        this.home = Files.createDirectories(home);
        this.environment = Map.copyOf(environment);
    }

    /** What a run gave: its status, both outputs together with the standard output alone, and how long it took. */
    public record Run(int status, String out, String err, Duration took) {
        /** The standard output of a run that must have succeeded. */
        public String orFail() throws IOException {
            if (status != 0) {
                throw new IOException("git exited with " + status + ": " + err.strip());
            }
            return out;
        }
    }

    /** Something that writes the standard input of a run. */
    @FunctionalInterface
    public interface Input {
        void writeTo(OutputStream in) throws IOException;
    }

    /** Runs git in a directory. */
    public Run run(Path directory, String... arguments) throws IOException, InterruptedException {
        return feed(directory, in -> { }, arguments);
    }

    /** Runs git in a directory and gives it a standard input. */
    public Run feed(Path directory, Input input, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("git"));
        command.addAll(List.of(arguments));
        return execute(directory, input, command);
    }

    /** Runs any other command in the same environment. */
    public Run command(Path directory, List<String> command) throws IOException, InterruptedException {
        return execute(directory, in -> { }, command);
    }

    private Run execute(Path directory, Input input, List<String> command) throws IOException, InterruptedException {
        Path out = Files.createTempFile(home, "run", ".out");
        Path err = Files.createTempFile(home, "run", ".err");
        try {
            ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile())
                .redirectOutput(out.toFile()).redirectError(err.toFile());
            isolate(builder.environment());
            long start = System.nanoTime();
            int status = finish(builder.start(), input, command);
            Duration took = Duration.ofNanos(System.nanoTime() - start);
            return new Run(status, text(out), text(err), took);
        } finally {
            Files.delete(out);
            Files.delete(err);
        }
    }

    /** Feeds a command and waits for it; one that is not waited for any more is ended, with what it started. */
    private static int finish(Process process, Input input, List<String> command)
        throws IOException, InterruptedException {
        try {
            try (OutputStream in = process.getOutputStream()) {
                input.writeTo(in);
            } catch (IOException broken) {
                // a command that ends before it has read all says why by its status
                process.waitFor(RUN_MAX.toSeconds(), TimeUnit.SECONDS);
            }
            if (!process.waitFor(RUN_MAX.toSeconds(), TimeUnit.SECONDS)) {
                throw new IOException("still running after " + RUN_MAX + ": " + String.join(" ", command));
            }
            return process.exitValue();
        } catch (InterruptedException e) {
            process.destroy(); // a cluster that is just being started ends what of it runs
            process.waitFor(END_MAX.toSeconds(), TimeUnit.SECONDS);
            throw e;
        } finally {
            process.destroyForcibly();
        }
    }

    private void isolate(Map<String, String> variables) {
        variables.keySet().removeIf(name -> name.startsWith("GIT_") || name.startsWith("SSH_"));
        variables.put("HOME", home.toString());
        variables.put("GIT_CONFIG_NOSYSTEM", "1");
        variables.put("GIT_CONFIG_GLOBAL", "/dev/null");
        variables.put("GIT_TERMINAL_PROMPT", "0");
        variables.put("GIT_AUTHOR_NAME", "A U Thor");
        variables.put("GIT_AUTHOR_EMAIL", "author@example.com");
        variables.put("GIT_COMMITTER_NAME", "A U Thor");
        variables.put("GIT_COMMITTER_EMAIL", "author@example.com");
        variables.put("LC_ALL", "C.UTF-8");
        variables.putAll(environment);
    }

    private static String text(Path file) throws IOException {
        return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    }
}
