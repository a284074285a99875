package dev.trine.server.repo;

import dev.trine.common.model.PackName;
import dev.trine.common.model.RepoId;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Reads packs' files so that no byte reaches anybody that is not what was stored, and tells what is wrong with those
 * that the repository consists of. Called by many threads.
 */
final class PackReads {
    private final Disk disk;
    private final PackListing listing;
    private final StorageTroubles troubles;
    private final KeptSums sums = new KeptSums();

    PackReads(Disk disk, PackListing listing, StorageTroubles troubles) {
        this.disk = disk;
        this.listing = listing;
        this.troubles = troubles;
    }

    /** One of a pack's files. */
    record Source(RepoId repo, PackName name, PackPart part, Path path) {
        @Override
        public String toString() {
            return "the " + part.extension() + " file of pack " + name;
        }
    }

    /** Opens a file for reading. */
    VerifiedChannel open(Source source) throws IOException {
        return new VerifiedChannel(this, source, file(source));
    }

    private VerifiedFile file(Source source) throws IOException {
        try {
            return VerifiedFile.open(source.path, source.part, source.name, disk);
        } catch (IOException e) {
            throw blamed(source, e);
        }
    }

    /** The sums of a file that was opened; reads it to its end if they are not known. */
    BlockSums sums(Source source, VerifiedFile file) throws IOException {
        try {
            Optional<BlockSums> known = sums.get(source.path);
            if (known.isPresent() && known.get().bytes() == file.bytes()) {
                return known.get();
            }
            BlockSums verified = file.verify(VerifiedFile.Pace.FULL);
            sums.put(source.path, verified);
            return verified;
        } catch (IOException e) {
            throw blamed(source, e);
        }
    }

    /** Reads a block; the buffer is flipped. */
    void read(Source source, VerifiedFile file, BlockSums known, int block, ByteBuffer into) throws IOException {
        try {
            file.read(block, known.length(block), into);
            if (!known.matches(block, into)) {
                // the file decides, not what was noted about it
                sums.forget(source.path);
                BlockSums verified = file.verify(VerifiedFile.Pace.FULL);
                sums.put(source.path, verified);
                file.read(block, verified.length(block), into);
                if (!verified.matches(block, into)) {
                    throw new CorruptFileException("reads differently each time, at byte "
                        + (long) block * BlockSums.BLOCK_BYTES);
                }
            }
        } catch (IOException e) {
            throw blamed(source, e);
        }
    }

    /** Reads a whole file, at a pace, whatever is known about it; tells nobody but the caller what is wrong. */
    Optional<StorageTrouble> examine(Source source, VerifiedFile.Pace pace) throws IOException {
        try (VerifiedFile file = VerifiedFile.open(source.path, source.part, source.name, disk)) {
            sums.verified(source.path, file.verify(pace));
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of(trouble(source, e).orElseThrow(() -> e));
        }
    }

    /** A look at a file's two ends: whether it is there, whole, and the pack's. */
    void outline(Source source) throws IOException {
        try (VerifiedFile file = VerifiedFile.open(source.path, source.part, source.name, disk)) {
            file.checkName(file.bytes());
        } catch (IOException e) {
            throw blamed(source, e);
        }
    }

    /** A file was just written by whoever compared its checksum, and synced. */
    void stored(Source source) throws IOException {
        sums.forget(source.path);
        try (VerifiedFile file = VerifiedFile.open(source.path, source.part, source.name, disk)) {
            sums.put(source.path, file.sum());
        }
    }

    /** As {@link #stored(Source)}, by one who has the sums of what was written. */
    void stored(Source source, BlockSums written) throws IOException {
        sums.forget(source.path);
        sums.put(source.path, written);
    }

    void forget(Path path) throws IOException {
        sums.forget(path);
    }

    /** Tells what failed, unless nobody lists the pack; what is not the disk's fault stays what it is. */
    private IOException blamed(Source source, IOException e) {
        Optional<StorageTrouble> trouble = trouble(source, e);
        if (trouble.isEmpty() || !listing.lists(source.repo, source.name)) {
            return e;
        }
        troubles.found(source.repo, trouble.get());
        return new StorageTroubleException(source.repo, trouble.get(), e);
    }

    /** Empty: it is not the disk's fault. */
    private static Optional<StorageTrouble> trouble(Source source, IOException e) {
        return kind(e).map(kind -> new StorageTrouble(kind, source + predicate(kind, e)));
    }

    private static String predicate(StorageTrouble.Kind kind, IOException e) {
        return switch (kind) {
            case MISSING -> " is missing";
            case CORRUPT -> " " + e.getMessage();
            case READ_ERROR, WRITE_ERROR, DISK_FULL -> " cannot be read (" + e.getMessage() + ")";
        };
    }

    private static Optional<StorageTrouble.Kind> kind(IOException e) {
        return switch (e) {
            case StorageTroubleException told -> Optional.empty();
            case ClosedChannelException interrupted -> Optional.empty();
            case CorruptFileException corrupt -> Optional.of(StorageTrouble.Kind.CORRUPT);
            case NoSuchFileException missing -> Optional.of(StorageTrouble.Kind.MISSING);
            case FileSystemException failed when isOutOfFiles(failed) -> Optional.empty();
            case EOFException cut -> Optional.of(StorageTrouble.Kind.CORRUPT);
            default -> Optional.of(StorageTrouble.Kind.READ_ERROR);
        };
    }

    private static boolean isOutOfFiles(FileSystemException e) {
        return e.getReason() != null && e.getReason().contains("Too many open files");
    }
}
