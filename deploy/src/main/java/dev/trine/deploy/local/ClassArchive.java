package dev.trine.deploy.local;

import dev.trine.inspector.cli.CommandFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Stream;

/**
 * Classes as Java has them in memory, in a file beside the jars: a process that maps it starts with a third less work.
 * That of a service also holds, from {@link #PROFILES_SINCE} on, what its methods did while it was made: they are
 * compiled for good at once, not after some thousand requests. Java itself looks whether it fits its own build and the
 * jars, and does without one that does not.
 *
 * @param lib  directory of the jars
 * @param name service that it is for, or {@link #COMMANDS}
 * @param java version of the Java that makes or uses it
 */
record ClassArchive(Path lib, String name, int java) {
    /** The name of the archive for all commands that are no service; they are over before much is compiled. */
    static final String COMMANDS = "cli";
    /** The first Java that keeps profiles of methods. */
    static final int PROFILES_SINCE = 25;

    /** An archive that fits no more is nothing that users of a command have to hear of. */
    private static final List<String> QUIET = List.of("-Xlog:cds*=off");
    private static final List<String> QUIET_WITH_PROFILES = List.of("-Xlog:cds*=off", "-Xlog:aot*=off");

    /** JVM options that use it; none if it was not made. */
    List<String> use() {
        return !Files.isRegularFile(file()) ? List.of()
            : hasProfiles() ? with(QUIET_WITH_PROFILES, "-XX:AOTCache=" + file())
            : with(QUIET, "-XX:SharedArchiveFile=" + file());
    }

    /** JVM options that make it when the process ends; it is used after {@link #publish}. */
    List<String> make() {
        return hasProfiles() ? with(QUIET_WITH_PROFILES, "-XX:AOTCacheOutput=" + fresh())
            : with(QUIET, "-XX:ArchiveClassesAtExit=" + fresh());
    }

    private static List<String> with(List<String> quiet, String option) {
        return Stream.concat(quiet.stream(), Stream.of(option)).toList();
    }

    private boolean hasProfiles() {
        return java >= PROFILES_SINCE && !name.equals(COMMANDS);
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
        return lib.resolve(name + extension());
    }

    private Path fresh() {
        return lib.resolve(name + extension() + ".new");
    }

    private String extension() {
        return hasProfiles() ? ".aot" : ".jsa";
    }
}
