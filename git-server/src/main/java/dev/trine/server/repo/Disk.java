package dev.trine.server.repo;

import java.io.IOException;
import java.nio.file.Path;

/** What a pack file must go through to survive a power failure. Called by many threads. */
interface Disk {
    /** Waits until a file's bytes, or a directory's entries, are on the medium. */
    void sync(Path path) throws IOException;

    /** Renames within a directory, which the caller syncs afterwards. */
    void rename(Path from, Path to) throws IOException;
}
