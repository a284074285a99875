package dev.trine.deploy.local;

import dev.trine.inspector.cli.CommandFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/**
 * Classes as Java has them in memory, in a file beside the jars: a process that maps it starts with a third less work.
 * Java itself looks whether it fits its own build and the jars, and does without one that does not.
 *
 * @param lib  directory of the jars
 * @param name service that it is for, or {@link #COMMANDS}
 */
record ClassArchive(Path lib, String name) {
    /** The name of the archive for all commands that are no service. */
    static final String COMMANDS = "cli";

    /** An archive that fits no more is nothing that users of a command have to hear of. */
    private static final String QUIET = "-Xlog:cds*=off";

    /** JVM options that use it; none if it was not made. */
    List<String> use() {
        return Files.isRegularFile(file()) ? List.of(QUIET, "-XX:SharedArchiveFile=" + file()) : List.of();
    }

    /** JVM options that make it when the process ends; it is used after {@link #publish}. */
    List<String> make() {
        return List.of(QUIET, "-XX:ArchiveClassesAtExit=" + fresh());
    }

    /** Replaces it by the one just made; a process that uses the old one keeps it. */
    void publish() {
        try {
            Files.move(fresh(), file(), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new CommandFailure("Java wrote no archive " + fresh() + ": " + e.getMessage(), e);
        }
    }

    private Path file() {
        return lib.resolve(name + ".jsa");
    }

    private Path fresh() {
        return lib.resolve(name + ".jsa.new");
    }
}
