package dev.trine.deploy.local;

import dev.trine.inspector.cli.CommandFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** The version of a {@link ClusterDirectory}'s layout, a number in its file {@code format}. */
final class DirectoryFormat {
    /** The layout that this program writes, and the newest that it reads. */
    static final int CURRENT = 1;

    private DirectoryFormat() {
    }

    /** Refuses a directory that is not empty and not ours, or that a newer program wrote; changes nothing. */
    static void check(ClusterDirectory directory) {
        try {
            if (Files.isRegularFile(directory.format())) {
                checkVersion(directory, Files.readString(directory.format()).strip());
            } else if (Files.exists(directory.root()) && !Files.isDirectory(directory.root())) {
                throw new CommandFailure(directory.root() + " is not a directory: choose another with --data");
            } else if (!isEmpty(directory.root())) {
                throw new CommandFailure(directory.root() + " holds files that are not Trine's:"
                    + " choose an empty directory with --data");
            }
        } catch (IOException e) {
            throw new CommandFailure("cannot read " + directory.root() + ": " + e.getMessage(), e);
        }
    }

    private static void checkVersion(ClusterDirectory directory, String version) {
        if (!version.matches("[1-9][0-9]{0,8}")) {
            throw new CommandFailure(directory.format() + " does not hold a version number:"
                + " the directory is damaged or not Trine's, choose another with --data");
        }
        if (Integer.parseInt(version) > CURRENT) {
            throw new CommandFailure(directory.root() + " has format " + version
                + " of a newer Trine, this one knows up to " + CURRENT
                + ": use the newer Trine, or another directory with --data");
        }
    }

    private static boolean isEmpty(Path directory) throws IOException {
        if (!Files.exists(directory)) {
            return true;
        }
        try (Stream<Path> files = Files.list(directory)) {
            return files.findAny().isEmpty();
        }
    }

    /** Makes the directory ours. */
    static void write(ClusterDirectory directory) throws IOException {
        Files.createDirectories(directory.root());
        PrivateFile.writeIfChanged(directory.format(), CURRENT + "\n");
    }
}
