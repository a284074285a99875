package dev.trine.server.content;

import java.io.IOException;
import java.io.OutputStream;
import org.eclipse.jgit.lib.ObjectLoader;

/**
 * Writes an archive to a stream, which it does not close. The same calls give the same bytes on every node, as far as
 * their {@link Compression} is the same. Paths have no slash at the end. Used by one thread.
 */
interface ArchiveWriter extends AutoCloseable {
    /** A directory. */
    void directory(String path) throws IOException;

    /** A file. */
    void file(String path, boolean executable, ObjectLoader content) throws IOException;

    /** A symbolic link. */
    void link(String path, byte[] target) throws IOException;

    /** Writes what belongs to the end. */
    void finish() throws IOException;

    /** Gives up what it holds. */
    @Override
    void close() throws IOException;

    /**
     * An archive of a commit.
     *
     * @param commit  its id, which the archive holds as well
     * @param seconds time of all entries, since 1970
     */
    static ArchiveWriter of(ArchiveFormat format, String commit, long seconds, OutputStream out) throws IOException {
        return switch (format) {
            case TAR_GZ -> new TarGzWriter(commit, seconds, out);
            case ZIP -> new ZipWriter(commit, seconds, out);
        };
    }
}
