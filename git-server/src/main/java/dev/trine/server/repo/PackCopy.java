package dev.trine.server.repo;

import dev.trine.common.model.ObjectName;
import dev.trine.common.model.PackName;
import dev.trine.common.model.RepoId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.eclipse.jgit.lib.ObjectId;

/**
 * A pack on its way in from a peer, as the files that the peer has: nothing is indexed again. What has come stays on
 * disk under names that say what it is ({@link UnfinishedCopies}), so that a copy that was cut off anywhere goes on
 * where it ended. Used by one thread; closing keeps what has come.
 */
public final class PackCopy implements AutoCloseable {
    private final PackFiles files;
    private final RepoId repo;
    private final Announced announced;
    private final List<CopiedFile> copied = new ArrayList<>();

    /**
     * One file of a pack.
     *
     * @param extension "pack", "idx" or "bitmap"
     * @param length    in bytes
     * @param trailer   its last 20 bytes, the SHA-1 of all before them
     */
    public record Part(String extension, long length, ObjectName trailer) {
        public Part {
            PackPart.of(extension);
            if (length <= 0) {
                throw new IllegalArgumentException("a file of " + length + " bytes");
            }
        }
    }

    /**
     * A pack as its owner describes it.
     *
     * @param parts         the pack, its index, and maybe a bitmap index
     * @param written       when it was written
     * @param selfContained whether every object that an object of the pack names is in the pack too
     */
    public record Announced(PackName name, List<Part> parts, Instant written, boolean selfContained) {
        public Announced {
            parts = List.copyOf(parts);
            List<String> extensions = parts.stream().map(Part::extension).toList();
            if (!extensions.equals(List.of("pack", "idx")) && !extensions.equals(List.of("pack", "idx", "bitmap"))) {
                throw new IllegalArgumentException("a pack has a pack file, an index, maybe a bitmap, not "
                    + extensions);
            }
            if (!parts.getFirst().trailer().hex().equals(name.hex())) {
                throw new IllegalArgumentException("pack " + name + " ends in " + parts.getFirst().trailer());
            }
        }

        /** Length of all files together. */
        public long bytes() {
            return parts.stream().mapToLong(Part::length).sum();
        }
    }

    private PackCopy(PackFiles files, RepoId repo, Announced announced) {
        this.files = files;
        this.repo = repo;
        this.announced = announced;
    }

    static PackCopy open(PackFiles files, RepoId repo, Announced announced, List<Path> paths) throws IOException {
        PackCopy copy = new PackCopy(files, repo, announced);
        boolean opened = false;
        try {
            for (int i = 0; i < paths.size(); i++) {
                copy.copied.add(CopiedFile.open(files.disk(), paths.get(i), announced.parts().get(i)));
            }
            opened = true;
            return copy;
        } finally {
            if (!opened) {
                copy.close();
            }
        }
    }

    public Announced announced() {
        return announced;
    }

    /** How much of a file is here. */
    public long bytesHere(Part part) {
        return of(part).bytesHere();
    }

    /** How much of all files is here. */
    public long bytesHere() {
        return copied.stream().mapToLong(CopiedFile::bytesHere).sum();
    }

    /** Takes the bytes of a file that follow those that are here. */
    public void write(Part part, byte[] bytes) throws IOException {
        try {
            of(part).write(bytes);
        } catch (IOException e) {
            throw files.blamed(repo, e);
        }
    }

    private CopiedFile of(Part part) {
        return copied.stream().filter(file -> file.part().equals(part)).findFirst()
            .orElseThrow(() -> new IllegalArgumentException("no part of this pack: " + part));
    }

    /**
     * All is here: verifies every checksum, that the index belongs to the pack and is sound, that the bitmap belongs to
     * it; then makes it durable under the pack's name. What was copied keeps its own names besides, until
     * {@link #discard}: a crash before the pack is listed costs nothing. Damaged: what has come is removed.
     */
    public IncomingPack.Result install() throws IOException {
        Optional<String> defect = defect();
        if (defect.isPresent()) {
            discard();
            return new IncomingPack.Result.Damaged(defect.get());
        }
        PackName name = announced.name();
        try {
            Files.setLastModifiedTime(copied.getFirst().path(), FileTime.from(announced.written()));
            for (CopiedFile file : copied) {
                file.sync();
            }
        } catch (IOException e) {
            throw files.blamed(repo, e);
        }
        PackPin pin = files.installCopy(repo, name, copied);
        try {
            if (announced.selfContained()) {
                files.noteSelfContained(repo, name);
            }
            return new IncomingPack.Result.Installed(pin, files.describe(repo, name));
        } catch (IOException e) {
            pin.close();
            throw e;
        }
    }

    private Optional<String> defect() throws IOException {
        for (CopiedFile file : copied) {
            if (!file.matches()) {
                return Optional.of("the " + file.part().extension() + " of pack " + announced.name()
                    + " does not match its checksum after " + file.bytesHere() + " bytes");
            }
        }
        ObjectId trailer = ObjectId.fromString(announced.name().hex());
        Optional<String> index = IndexFile.defect(copied.get(1).path(), copied.getFirst().path(), trailer)
            .map(why -> "the index of pack " + announced.name() + " " + why);
        return index.isPresent() || copied.size() < 3 || namesPack(copied.get(2)) ? index
            : Optional.of("the bitmap of pack " + announced.name() + " belongs to another pack");
    }

    private boolean namesPack(CopiedFile bitmap) throws IOException {
        ByteBuffer named = ByteBuffer.allocate(20);
        try (FileChannel channel = FileChannel.open(bitmap.path(), StandardOpenOption.READ)) {
            files.disk().read(bitmap.path(), channel, named, PackPart.BITMAP.nameAt(bitmap.part().length()));
        }
        return !named.hasRemaining() && ObjectId.fromRaw(named.array()).name().equals(announced.name().hex());
    }

    /** Removes what has come; the pack itself, if it was installed, stays. */
    public void discard() throws IOException {
        for (CopiedFile file : copied) {
            file.discard();
        }
    }

    @Override
    public void close() throws IOException {
        Optional<IOException> failure = Optional.empty();
        for (CopiedFile file : copied) {
            try {
                file.close();
            } catch (IOException e) {
                failure = failure.or(() -> Optional.of(e));
            }
        }
        if (failure.isPresent()) {
            throw files.blamed(repo, failure.get());
        }
    }
}
