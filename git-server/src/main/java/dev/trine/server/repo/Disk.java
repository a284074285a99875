package dev.trine.server.repo;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/**
 * The disk under the pack files: what they must go through to survive a power failure, and where it can fail. Called by
 * many threads.
 */
public interface Disk {
    /** Waits until a file's bytes, or a directory's entries, are on the medium. */
    void sync(Path path) throws IOException;

    /** Renames within a directory, which the caller syncs afterwards. */
    void rename(Path from, Path to) throws IOException;

    /** Gives a file a second name in the same directory, which the caller syncs afterwards. */
    void link(Path existing, Path second) throws IOException;

    /** Removes a file if it is there; the directory is not synced. */
    void delete(Path path) throws IOException;

    /**
     * Reads at a position, as {@link FileChannel#read(ByteBuffer, long)}.
     *
     * @param path of the file that the channel is open on
     */
    int read(Path path, FileChannel channel, ByteBuffer into, long position) throws IOException;

    /** Bytes that may still be written to the file system of a directory. */
    long usableBytes(Path directory);
}
