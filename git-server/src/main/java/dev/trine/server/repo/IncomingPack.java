package dev.trine.server.repo;

import java.io.IOException;
import java.io.OutputStream;

/**
 * A finished pack with its index on its way in from a peer. Write both, then {@link #install}; closing without that
 * removes what was written. Used by one thread.
 */
public interface IncomingPack extends AutoCloseable {
    /** Takes the bytes of the pack file. */
    OutputStream pack();

    /** Takes the bytes of the index file. */
    OutputStream index();

    /**
     * Verifies both checksums, that the index belongs to the pack and counts as many objects, and that it is sorted and
     * in bounds; then syncs both files, renames them to their names and syncs the directory. A pack that is already
     * there stays as it is. Objects' contents are the sender's responsibility; the connectivity check is the caller's.
     */
    Result install() throws IOException;

    @Override
    void close() throws IOException;

    /** What came of installing. */
    sealed interface Result {
        /**
         * Durable on this disk.
         *
         * @param pin   holds the pack; the caller closes it once the pack is listed, or not wanted
         * @param stored what lies on disk
         */
        record Installed(PackPin pin, StoredPack stored) implements Result {
        }

        /** The bytes are not a pack with its index; one sentence says why. Nothing is kept. */
        record Damaged(String why) implements Result {
        }
    }
}
