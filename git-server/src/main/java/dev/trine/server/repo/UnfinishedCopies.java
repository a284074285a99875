package dev.trine.server.repo;

import dev.trine.common.model.ObjectName;
import dev.trine.common.model.PackName;
import dev.trine.common.model.RepoId;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Packs that are being copied from peers, beside the packs that they will be:
 * {@code copy-PACK-LENGTH-TRAILER.{pack,idx,bitmap}}, where the trailer is the file's own checksum. What a crash leaves
 * of them is gone on with; what nobody goes on with is removed when it is old. Called by many threads.
 */
public final class UnfinishedCopies {
    /** What the names of files that are being copied begin with. */
    static final String PREFIX = "copy-";
    private static final Pattern COPY =
        Pattern.compile(PREFIX + "[0-9a-f]{40}-[0-9]+-[0-9a-f]{40}\\.(pack|idx|bitmap)");
    private static final int TRAILER_BYTES = 20;

    private final PackFiles files;
    private final Set<RepoId> copying = ConcurrentHashMap.newKeySet();

    /** Goes on with what {@link PackFiles#sweep} saw. */
    public UnfinishedCopies(PackFiles files) {
        this.files = files;
        this.copying.addAll(files.copiesLeft());
    }

    /** Describes a pack that lies here as whoever copies it has to know it. */
    public PackCopy.Announced describe(RepoId repo, PackName name) throws IOException {
        StoredPack stored = files.describe(repo, name);
        List<PackCopy.Part> parts = new ArrayList<>();
        for (PackPart part : PackPart.values()) {
            Path path = files.file(repo, name, part.extension());
            if (part != PackPart.BITMAP || stored.bitmap()) {
                parts.add(new PackCopy.Part(part.extension(), Files.size(path), trailer(path)));
            }
        }
        return new PackCopy.Announced(name, parts, stored.written(), files.isSelfContained(repo, name));
    }

    private static ObjectName trailer(Path path) throws IOException {
        ByteBuffer last = ByteBuffer.allocate(TRAILER_BYTES);
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            long from = channel.size() - TRAILER_BYTES;
            while (from >= 0 && last.hasRemaining() && channel.read(last, from + last.position()) >= 0) {
                continue;
            }
        }
        if (last.hasRemaining()) {
            throw new IOException(path.getFileName() + " is too short to be a file of a pack");
        }
        return new ObjectName(HexFormat.of().formatHex(last.array()));
    }

    /** Reads a file of a pack from a byte on, verified block by block. */
    public InputStream read(RepoId repo, PackName name, String extension, long offset) throws IOException {
        return files.read(repo, name, extension, offset);
    }

    /** Begins to copy a pack, or goes on. */
    public PackCopy open(RepoId repo, PackCopy.Announced announced) throws IOException {
        copying.add(repo);
        files.checkRoom(repo);
        files.makeDirectory(repo);
        return PackCopy.open(files, repo, announced, paths(repo, announced));
    }

    /** How many bytes of a pack an earlier copy left. */
    public long bytesHere(RepoId repo, PackCopy.Announced announced) throws IOException {
        long here = 0;
        for (Path path : paths(repo, announced)) {
            here += Files.exists(path) ? Files.size(path) : 0;
        }
        return here;
    }

    private List<Path> paths(RepoId repo, PackCopy.Announced announced) {
        Path directory = files.directory(repo);
        return announced.parts().stream().map(part -> directory.resolve(PREFIX + announced.name().hex() + "-"
            + part.length() + "-" + part.trailer().hex() + "." + part.extension())).toList();
    }

    /** Removes all that was copied for a repository and has not become a pack. */
    public void discard(RepoId repo) throws IOException {
        remove(repo, Instant.MAX);
        copying.remove(repo);
    }

    /**
     * Removes what nobody has written to since a time.
     *
     * @return how many files were removed
     */
    public int sweep(Instant unchangedSince) throws IOException {
        int removed = 0;
        for (RepoId repo : copying) {
            removed += remove(repo, unchangedSince);
            if (list(repo).isEmpty()) {
                copying.remove(repo);
            }
        }
        return removed;
    }

    private int remove(RepoId repo, Instant before) throws IOException {
        int removed = 0;
        for (Path copy : list(repo)) {
            if (before == Instant.MAX || Files.getLastModifiedTime(copy).toInstant().isBefore(before)) {
                removed += Files.deleteIfExists(copy) ? 1 : 0;
            }
        }
        return removed;
    }

    private List<Path> list(RepoId repo) throws IOException {
        try (Stream<Path> all = Files.list(files.directory(repo))) {
            return all.filter(file -> COPY.matcher(file.getFileName().toString()).matches()).toList();
        } catch (NoSuchFileException e) {
            return List.of();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }
}
