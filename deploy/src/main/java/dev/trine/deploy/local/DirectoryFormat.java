package dev.trine.deploy.local;

import com.sun.security.auth.module.UnixSystem;
import dev.trine.inspector.cli.CommandFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.stream.Stream;

/** The version of a {@link ClusterDirectory}'s layout, a number in its file {@code format}. */
final class DirectoryFormat {
    /** The layout that this program writes, and the newest that it reads. */
    static final int CURRENT = 1;
    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rwx------");

    private DirectoryFormat() {
    }

    /** Refuses a directory that is not empty and not ours, or that a newer program wrote; changes nothing. */
    static void check(ClusterDirectory directory) {
        try {
            long user = new UnixSystem().getUid();
            if (user != 0) { // root may work wherever it is told to
                checkOwner(directory, user);
            }
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

    /** Refuses a directory of somebody else, who could change what lies in it. */
    static void checkOwner(ClusterDirectory directory, long user) throws IOException {
        if (Files.isDirectory(directory.root())
            && ((Number) Files.getAttribute(directory.root(), "unix:uid")).longValue() != user) {
            throw new CommandFailure(directory.root() + " belongs to another user, who could change what lies there:"
                + " choose another directory with --data");
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

    /** Makes the directory ours: from then on only its owner may look into it, for repositories lie there. */
    static void write(ClusterDirectory directory) throws IOException {
        Files.createDirectories(directory.root());
        if (!Files.exists(directory.format())) {
            Files.setPosixFilePermissions(directory.root(), OWNER_ONLY);
        }
        PrivateFile.writeIfChanged(directory.format(), CURRENT + "\n");
    }
}
