package dev.trine.server.hosting;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The real git client in one directory, untouched by the settings of whoever runs the tests. */
public record Git(Path directory) {
    private static final int WAIT_SECONDS_MAX = 180;
    private static final int REFUSALS_MAX = 20;

    /** What a command did. */
    public record Result(int exit, String output) {
    }

    /** Takes the settings of whoever runs the tests away from a command, and fixes what would differ each time. */
    public static void isolate(ProcessBuilder builder, Path home) {
        builder.environment().putAll(Map.of("HOME", home.toString(), "GIT_CONFIG_NOSYSTEM", "1",
            "GIT_TERMINAL_PROMPT", "0", "GIT_AUTHOR_NAME", "A", "GIT_AUTHOR_EMAIL", "a@example.org",
            "GIT_COMMITTER_NAME", "A", "GIT_COMMITTER_EMAIL", "a@example.org", "LC_ALL", "C",
            "GIT_AUTHOR_DATE", "1800000000 +0000", "GIT_COMMITTER_DATE", "1800000000 +0000"));
    }

    /** Runs git with that on its standard input, and takes what it prints on both streams. */
    public Result tryRun(byte[] input, List<String> arguments) {
        List<String> command = new ArrayList<>(List.of("git", "-c", "init.defaultBranch=main", "-c", "gc.auto=0",
            "-c", "advice.detachedHead=false"));
        command.addAll(arguments);
        try {
            Path in = Files.createTempFile("git-in", "");
            Path out = Files.createTempFile("git-out", "");
            Files.write(in, input);
            ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile())
                .redirectErrorStream(true).redirectInput(in.toFile()).redirectOutput(out.toFile());
            isolate(builder, directory);
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

    /** Runs git without any standard input. */
    public Result tryRun(String... arguments) {
        return tryRun(new byte[0], List.of(arguments));
    }

    /** Runs git, which must succeed; returns what it printed. */
    public String run(String... arguments) {
        return feed("", arguments);
    }

    /** As {@link #run}, with text on its standard input. */
    public String feed(String input, String... arguments) {
        return printed(tryRun(input.getBytes(StandardCharsets.UTF_8), List.of(arguments)), arguments);
    }

    /**
     * As {@link #run}, of a push. A node that stood still for seconds refuses one with nothing changed: then it is
     * pushed again, as whoever pushes is told to.
     */
    public String push(String... arguments) {
        String[] push = Stream.concat(Stream.of("push"), Arrays.stream(arguments)).toArray(String[]::new);
        Result result = tryRun(push);
        for (int refusals = 1; result.output().contains("nothing was changed") && refusals < REFUSALS_MAX; refusals++) {
            result = tryRun(push);
        }
        return printed(result, push);
    }

    private static String printed(Result result, String... arguments) {
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

    /** Everything that a repository holds: refs, shallow boundary, objects. Two equal answers mean equal clones. */
    public String contents() throws IOException {
        Path shallow = directory.resolve(run("rev-parse", "--git-path", "shallow").strip());
        String boundary = Files.exists(shallow) ? sorted(Files.readAllLines(shallow).stream()) : "";
        String objects = run("cat-file", "--batch-all-objects", "--batch-check=%(objectname) %(objecttype)");
        return run("for-each-ref", "--format=%(objectname) %(refname) %(symref)") + "shallow\n" + boundary
            + "objects\n" + sorted(Arrays.stream(objects.split("\n")));
    }

    private static String sorted(Stream<String> lines) {
        return String.join("\n", lines.sorted().toList()) + "\n";
    }
}
