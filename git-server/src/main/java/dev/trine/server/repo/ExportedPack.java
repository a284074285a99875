package dev.trine.server.repo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A pack in temporary files, to be sent to a peer. Closing removes the files.
 *
 * @param stored        its name and sizes
 * @param pack          the pack file
 * @param index         the index file
 * @param selfContained whether every object that an object of the pack names is in the pack too
 */
public record ExportedPack(StoredPack stored, Path pack, Path index, boolean selfContained) implements AutoCloseable {
    @Override
    public void close() throws IOException {
        Files.deleteIfExists(index);
        Files.deleteIfExists(pack);
    }
}
