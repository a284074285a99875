package dev.trine.server.repo;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import java.util.zip.CRC32C;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sums of files' blocks: in memory, and for large files also beside them, so that a restart need not read such a
 * file to its end before the first use. What lies beside is a help, not a truth: it may be missing or damaged, then the
 * file is verified as a whole again. Called by many threads.
 */
final class KeptSums {
    /** What the name of a file with sums ends in, behind the name of the file that they are of. */
    static final String SUFFIX = ".sums";
    /** Files from this length on keep their sums on disk. */
    static final long KEPT_FROM_BYTES = 1 << 20;

    private static final Logger LOG = LoggerFactory.getLogger(KeptSums.class);
    private static final long MAGIC = 0x5472696e6553756dL;
    private static final int FRAME_BYTES = 2 * Long.BYTES + Integer.BYTES;
    private static final long MEMORY_MAX = 64 << 20;
    private static final int ENTRY_BYTES = 400;

    private final Cache<Path, BlockSums> known = Caffeine.newBuilder().maximumWeight(MEMORY_MAX)
        .expireAfterAccess(PackFiles.REMEMBERED)
        .weigher((Path file, BlockSums sums) -> ENTRY_BYTES + Integer.BYTES * sums.blocks().length).build();

    Optional<BlockSums> get(Path file) {
        BlockSums sums = known.getIfPresent(file);
        if (sums == null) {
            Optional<BlockSums> kept = read(file);
            kept.ifPresent(found -> known.put(file, found));
            return kept;
        }
        return Optional.of(sums);
    }

    void put(Path file, BlockSums sums) {
        known.put(file, sums);
        if (sums.bytes() >= KEPT_FROM_BYTES) {
            write(file, sums);
        }
    }

    /** As {@link #put}, by one who is not going to read the file: what was not in memory does not come into it. */
    void verified(Path file, BlockSums sums) {
        known.asMap().computeIfPresent(file, (path, old) -> sums);
        if (sums.bytes() >= KEPT_FROM_BYTES) {
            write(file, sums);
        }
    }

    /** The file is about to go, or to be replaced. */
    void forget(Path file) throws IOException {
        known.invalidate(file);
        Files.deleteIfExists(beside(file));
    }

    private static Path beside(Path file) {
        return file.resolveSibling(file.getFileName() + SUFFIX);
    }

    private static Optional<BlockSums> read(Path file) {
        try {
            ByteBuffer from = ByteBuffer.wrap(Files.readAllBytes(beside(file)));
            int blocks = (from.capacity() - FRAME_BYTES) / Integer.BYTES;
            if (from.capacity() < FRAME_BYTES || crc(from) != from.getInt(from.capacity() - Integer.BYTES)
                || from.getLong() != MAGIC) {
                return Optional.empty();
            }
            long bytes = from.getLong();
            int[] sums = new int[blocks];
            from.asIntBuffer().get(sums);
            return BlockSums.count(bytes) == blocks ? Optional.of(new BlockSums(bytes, sums)) : Optional.empty();
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            LOG.atWarn().addKeyValue("file", beside(file)).setCause(e).log("kept sums cannot be read");
            return Optional.empty();
        }
    }

    private static void write(Path file, BlockSums sums) {
        ByteBuffer to = ByteBuffer.allocate(FRAME_BYTES + Integer.BYTES * sums.blocks().length);
        to.putLong(MAGIC).putLong(sums.bytes());
        for (int sum : sums.blocks()) {
            to.putInt(sum);
        }
        to.putInt(crc(to));
        try {
            Path temporary = Files.createTempFile(file.getParent(), PackFiles.TEMPORARY, SUFFIX);
            Files.write(temporary, to.array());
            Files.move(temporary, beside(file), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            LOG.atWarn().addKeyValue("file", beside(file)).setCause(e).log("sums cannot be kept");
        }
    }

    private static int crc(ByteBuffer all) {
        CRC32C crc = new CRC32C();
        crc.update(all.array(), 0, all.capacity() - Integer.BYTES);
        return (int) crc.getValue();
    }
}
