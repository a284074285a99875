package dev.trine.server.repo;

import dev.trine.common.model.PackName;
import dev.trine.common.model.RepoId;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A finished pack with its index on its way in from a peer. Write both, then {@link #install}; closing without that
 * removes what was written. Used by one thread.
 */
public final class IncomingPack implements AutoCloseable {
    private final PackFiles files;
    private final RepoId repo;
    private final Path packFile;
    private final Path indexFile;
    private final TrailerOutputStream pack;
    private final OutputStream index;
    private boolean selfContained;

    private IncomingPack(PackFiles files, RepoId repo, Path packFile, Path indexFile) throws IOException {
        this.files = files;
        this.repo = repo;
        this.packFile = packFile;
        this.indexFile = indexFile;
        this.pack = new TrailerOutputStream(new PackOutput(files, repo, packFile));
        this.index = new BufferedOutputStream(new PackOutput(files, repo, indexFile), 1 << 16);
    }

    static IncomingPack open(PackFiles files, RepoId repo) throws IOException {
        return new IncomingPack(files, repo, files.temporary(repo, ".pack"), files.temporary(repo, ".idx"));
    }

    /** Takes the bytes of the pack file. */
    public OutputStream pack() {
        return pack;
    }

    /** Takes the bytes of the index file. */
    public OutputStream index() {
        return index;
    }

    /** The sender has seen that every object that an object of the pack names is in the pack too. */
    public void selfContained() {
        selfContained = true;
    }

    /**
     * Verifies both checksums, that the index belongs to the pack and counts as many objects, and that it is sorted and
     * in bounds; then syncs both files, renames them to their names and syncs the directory. A pack that is already
     * there stays as it is. Objects' contents are the sender's responsibility; the connectivity check is the caller's.
     */
    public Result install() throws IOException {
        pack.close();
        index.close();
        if (!pack.trailerMatches()) {
            return new Result.Damaged("the pack's checksum does not match its " + pack.count() + " bytes");
        }
        PackName name = new PackName(pack.trailer().name());
        Optional<String> defect = IndexFile.defect(indexFile, packFile, pack.trailer());
        if (defect.isPresent()) {
            return new Result.Damaged("the index of pack " + name + " " + defect.get());
        }
        PackPin pin = files.install(repo, name, packFile, indexFile);
        try {
            if (selfContained) {
                files.noteSelfContained(repo, name);
            }
            return new Result.Installed(pin, files.describe(repo, name));
        } catch (IOException e) {
            pin.close();
            throw e;
        }
    }

    @Override
    public void close() throws IOException {
        try (pack; index) {
            Files.deleteIfExists(packFile);
            Files.deleteIfExists(indexFile);
        }
    }

    /** What came of installing. */
    public sealed interface Result {
        /**
         * Durable on this disk.
         *
         * @param pin    holds the pack; the caller closes it once the pack is listed, or not wanted
         * @param stored what lies on disk
         */
        record Installed(PackPin pin, StoredPack stored) implements Result {
        }

        /** The bytes are not a pack with its index; one sentence says why. Nothing is kept. */
        record Damaged(String why) implements Result {
        }
    }
}
