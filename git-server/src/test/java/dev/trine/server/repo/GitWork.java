package dev.trine.server.repo;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.trine.common.model.ObjectName;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A directory in which the real git works, untouched by the settings of whoever runs the tests. */
public record GitWork(Path directory) {
    /** A new repository with an empty work tree. */
    public static GitWork init(Path directory) {
        try {
            Files.createDirectories(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        GitWork work = new GitWork(directory);
        work.run("init", "--quiet", "--initial-branch=main");
        return work;
    }

    /** Runs git, which must succeed; returns what it printed, stripped. */
    public String run(String... arguments) {
        return feed("", arguments);
    }

    /** As {@link #run}, with text on its standard input. */
    public String feed(String input, String... arguments) {
        return new String(feed(input.getBytes(UTF_8), arguments), ISO_8859_1).strip();
    }

    /** As {@link #run}, with bytes. */
    public byte[] feed(byte[] input, String... arguments) {
        List<String> command = new ArrayList<>(List.of("git", "-c", "gc.auto=0", "-c", "protocol.file.allow=always"));
        command.addAll(List.of(arguments));
        try {
            Path in = Files.createTempFile(directory, ".in", "");
            Path out = Files.createTempFile(directory, ".out", "");
            Path err = Files.createTempFile(directory, ".err", "");
            Files.write(in, input);
            ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile())
                .redirectInput(in.toFile()).redirectOutput(out.toFile()).redirectError(err.toFile());
            builder.environment().put("HOME", directory.toString());
            builder.environment().put("GIT_CONFIG_NOSYSTEM", "1");
            for (String who : List.of("AUTHOR", "COMMITTER")) {
                builder.environment().put("GIT_" + who + "_NAME", "A");
                builder.environment().put("GIT_" + who + "_EMAIL", "a@example.org");
                builder.environment().put("GIT_" + who + "_DATE", "1700000000 +0000");
            }
            int exit = builder.start().waitFor();
            String errors = Files.readString(err, ISO_8859_1);
            byte[] printed = Files.readAllBytes(out);
            Files.delete(in);
            Files.delete(out);
            Files.delete(err);
            if (exit != 0) {
                throw new AssertionError("git " + String.join(" ", arguments) + ": " + errors);
            }
            return printed;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Writes a file of the work tree. */
    public GitWork write(String file, String content) {
        try {
            Path path = directory.resolve(file);
            Files.createDirectories(path.getParent());
            Files.writeString(path, content);
            run("add", file);
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Commits what was written; returns the commit. */
    public ObjectName commit(String message) {
        run("commit", "--quiet", "--allow-empty", "-m", message);
        return name("HEAD");
    }

    /** Makes a branch of so many commits, each of which changes a line of a file; quicker than one by one. */
    void history(String branch, int commits) {
        StringBuilder stream = new StringBuilder();
        for (int i = 1; i <= commits; i++) {
            String content = "a line that all have\n".repeat(60) + "number " + i + "\n";
            stream.append("commit refs/heads/").append(branch).append("\ncommitter A <a@example.org> ")
                .append(1_600_000_000 + i).append(" +0000\ndata 1\nx\nM 100644 inline dir").append(i % 3)
                .append("/file").append(i % 20).append("\ndata ").append(content.length()).append('\n').append(content);
        }
        feed(stream.toString(), "fast-import", "--quiet", "--force");
    }

    /** What a revision names. */
    public ObjectName name(String revision) {
        return new ObjectName(run("rev-parse", revision));
    }

    /** A pack as a push sends it: thin, of all that some revisions reach and others do not. */
    public byte[] pack(List<String> wanted, List<String> excluded) {
        String revisions = Stream.concat(wanted.stream(), excluded.stream().map(each -> "^" + each))
            .collect(Collectors.joining("\n", "", "\n"));
        return feed(revisions.getBytes(UTF_8), "pack-objects", "--revs", "--stdout", "--thin", "--delta-base-offset",
            "-q");
    }

    /** A pack of exactly these objects. */
    public byte[] packOf(List<String> objects) {
        return feed(String.join("\n", objects).concat("\n").getBytes(UTF_8), "pack-objects", "--stdout", "-q");
    }

    /** All objects that a revision reaches. */
    public List<String> objects(String... revisions) {
        List<String> arguments = new ArrayList<>(List.of("rev-list", "--objects", "--no-object-names"));
        arguments.addAll(List.of(revisions));
        return run(arguments.toArray(String[]::new)).lines().toList();
    }
}
