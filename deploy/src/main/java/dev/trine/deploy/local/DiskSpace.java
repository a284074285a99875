package dev.trine.deploy.local;

import dev.trine.inspector.cli.CommandFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Refuses to start a cluster where it would soon fill the disk. */
final class DiskSpace {
    /** Three nodes' logs and databases, a build's log, and room for a repository to play with. */
    static final long MIN_MEBIBYTES = 1024;

    private static final long MEBIBYTE = 1024 * 1024;

    private DiskSpace() {
    }

    /** Checks the file system on which a directory lies or will lie. */
    static void check(Path directory) {
        Path existing = directory;
        while (!Files.exists(existing) && existing.getParent() != null) {
            existing = existing.getParent();
        }
        try {
            check(directory, Files.getFileStore(existing).getUsableSpace());
        } catch (IOException e) {
            throw new CommandFailure("cannot tell how much room there is for " + directory + ": " + e.getMessage(), e);
        }
    }

    static void check(Path directory, long freeBytes) {
        if (freeBytes < MIN_MEBIBYTES * MEBIBYTE) {
            throw new CommandFailure("there are only " + freeBytes / MEBIBYTE + " MiB free for " + directory
                + ", at least " + MIN_MEBIBYTES + " MiB are needed: make room, or choose another place with --data");
        }
    }
}
