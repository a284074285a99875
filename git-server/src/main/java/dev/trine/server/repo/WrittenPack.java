package dev.trine.server.repo;

import dev.trine.common.model.PackName;
import dev.trine.common.model.RepoId;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Optional;
import org.eclipse.jgit.internal.storage.file.PackBitmapIndexWriterV1;
import org.eclipse.jgit.internal.storage.pack.PackWriter;
import org.eclipse.jgit.lib.ProgressMonitor;

/**
 * What a {@link PackWriter} has selected, written into temporary files: pack, index, and a bitmap index if the writer
 * can make one. Closing removes what is still there. Used by one thread.
 */
final class WrittenPack implements AutoCloseable {
    private static final int BUFFER_BYTES = 1 << 16;

    private final PackFiles files;
    private final RepoId repo;
    private final Path pack;
    private final Path index;
    private Optional<Path> bitmap = Optional.empty();
    private Optional<StoredPack> stored = Optional.empty();

    private WrittenPack(PackFiles files, RepoId repo) throws IOException {
        this.files = files;
        this.repo = repo;
        this.pack = files.temporary(repo, ".pack");
        this.index = files.temporary(repo, ".idx");
    }

    /**
     * Writes.
     *
     * @param writer   prepared; closed by the caller
     * @param progress told about compressing and writing
     */
    static WrittenPack write(PackFiles files, RepoId repo, PackWriter writer, ProgressMonitor progress)
            throws IOException {
        WrittenPack written = new WrittenPack(files, repo);
        boolean complete = false;
        try {
            written.write(writer, progress);
            complete = true;
            return written;
        } finally {
            if (!complete) {
                written.close();
            }
        }
    }

    private void write(PackWriter writer, ProgressMonitor progress) throws IOException {
        TrailerOutputStream trailer = new TrailerOutputStream(buffered(pack));
        try (trailer) {
            writer.writePack(progress, progress, trailer);
        }
        try (OutputStream out = buffered(index)) {
            writer.writeIndex(out);
        }
        stored = Optional.of(new StoredPack(new PackName(trailer.trailer().name()), trailer.count(),
            Files.size(index), writer.getObjectCount(), false, Files.getLastModifiedTime(pack).toInstant()));
        if (writer.prepareBitmapIndex(progress)) {
            Path file = files.temporary(repo, ".bitmap");
            bitmap = Optional.of(file);
            try (OutputStream out = buffered(file)) {
                writer.writeBitmapIndex(new PackBitmapIndexWriterV1(out));
            }
        }
    }

    private OutputStream buffered(Path file) throws IOException {
        return new BufferedOutputStream(new PackOutput(files, repo, file), BUFFER_BYTES);
    }

    /** Name and sizes. */
    StoredPack stored() {
        return stored.orElseThrow();
    }

    /** The temporary index file, until installed. */
    Path index() {
        return index;
    }

    /** Makes it durable under its name; see {@link PackFiles#install}. */
    PackPin install(Instant written) throws IOException {
        Files.setLastModifiedTime(pack, FileTime.from(written));
        PackPin pin = files.install(repo, stored().name(), pack, index);
        try {
            if (bitmap.isPresent()) {
                files.installBitmap(repo, stored().name(), bitmap.get());
            }
            return pin;
        } catch (IOException e) {
            pin.close();
            throw e;
        }
    }

    /** Hands the pack and its index over: whoever closes the export removes them. */
    ExportedPack export(boolean selfContained) {
        return new ExportedPack(stored(), pack, index, selfContained);
    }

    @Override
    public void close() throws IOException {
        if (bitmap.isPresent()) {
            Files.deleteIfExists(bitmap.get());
        }
        Files.deleteIfExists(index);
        Files.deleteIfExists(pack);
    }
}
