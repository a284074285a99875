package dev.trine.deploy.chaos;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The stock git command with an own home, each run bounded in time. Used by one thread. */
final class BoundedGit {
    /** The exit status of a run that was ended because it took too long. */
    static final int TIMED_OUT = -1;

    private final Path home;
    private final Map<String, String> environment;
    private final Duration runMax;

    /**
     * Makes a client.
     *
     * @param environment variables on top of those that keep the machine's own configuration out
     */
    BoundedGit(Path home, Map<String, String> environment, Duration runMax) throws IOException {
        this.home = Files.createDirectories(home);
        this.environment = Map.copyOf(environment);
        this.runMax = runMax;
    }

    /** What a run gave. */
    record Run(int status, String out, String err) {
        String orFail() throws IOException {
            if (status != 0) {
                throw new IOException("git exited with " + status + ": " + err.strip());
            }
            return out;
        }
    }

    Run run(Path directory, List<String> arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("git"));
        command.addAll(arguments);
        Path out = home.resolve("out");
        Path err = home.resolve("err");
        ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile())
            .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
            .redirectOutput(out.toFile()).redirectError(err.toFile());
        isolate(builder.environment());
        Process process = builder.start();
        try {
            if (!process.waitFor(runMax.toMillis(), TimeUnit.MILLISECONDS)) {
                return new Run(TIMED_OUT, text(out), text(err) + "\nended after " + runMax.toSeconds() + " s");
            }
            return new Run(process.exitValue(), text(out), text(err));
        } finally {
            end(process);
        }
    }

    /** Git starts ssh and others, which must not outlive it. */
    private static void end(Process process) throws InterruptedException {
        if (process.isAlive()) {
            List<ProcessHandle> children = process.descendants().toList();
            process.destroyForcibly();
            children.forEach(ProcessHandle::destroyForcibly);
            process.waitFor();
        }
    }

    private void isolate(Map<String, String> variables) {
        variables.keySet().removeIf(name -> name.startsWith("GIT_") || name.startsWith("SSH_"));
        variables.put("HOME", home.toString());
        variables.put("GIT_CONFIG_NOSYSTEM", "1");
        variables.put("GIT_CONFIG_GLOBAL", "/dev/null");
        variables.put("GIT_TERMINAL_PROMPT", "0");
        variables.put("LC_ALL", "C.UTF-8");
        variables.putAll(environment);
    }

    private static String text(Path file) throws IOException {
        return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    }
}
