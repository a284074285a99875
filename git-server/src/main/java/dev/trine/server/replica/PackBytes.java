package dev.trine.server.replica;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.trine.common.model.PackName;
import dev.trine.common.model.RepoId;
import dev.trine.proto.PackFile;
import dev.trine.proto.PackHeader;
import dev.trine.server.repo.PackFiles;
import dev.trine.server.repo.StoredPack;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * The files of one pack on their way out, cut into chunks. Checksums need not be computed: each of Git's files ends in
 * its own, and the receiver verifies it.
 *
 * @param header what is announced
 * @param files  the files, by extension
 */
record PackBytes(PackHeader header, Map<String, File> files) {
    /** Greatest size of a chunk in bytes. */
    static final int CHUNK_BYTES = 256 << 10;

    /** A file, to be opened when its turn comes. */
    @FunctionalInterface
    interface File {
        /** Opens it. */
        InputStream open() throws IOException;
    }

    /** Where chunks go; blocks while the receiver cannot take more. */
    interface Sink<E extends Exception> {
        /** Sends one chunk. Returns false when the receiver has ended the stream: nothing more is to be sent. */
        boolean send(ByteString chunk) throws E, InterruptedException;
    }

    /** Announces a pack that lies in these two files. */
    static PackBytes of(StoredPack stored, Path pack, Path index, boolean selfContained) {
        return of(stored, () -> Files.newInputStream(pack), () -> Files.newInputStream(index), selfContained);
    }

    private static PackBytes of(StoredPack stored, File pack, File index, boolean selfContained) {
        PackHeader header = PackHeader.newBuilder().setName(stored.name().hex())
            .setObjects(Math.toIntExact(stored.objects())).setSelfContained(selfContained)
            .addFiles(PackFile.newBuilder().setExtension("pack").setLength(stored.packBytes()))
            .addFiles(PackFile.newBuilder().setExtension("idx").setLength(stored.indexBytes())).build();
        return new PackBytes(header, Map.of("pack", pack, "idx", index));
    }

    /** Announces a pack of a repository; the caller holds it. */
    static PackBytes of(PackFiles files, RepoId repo, PackName name) throws IOException {
        return of(files.describe(repo, name), () -> files.read(repo, name, "pack"),
            () -> files.read(repo, name, "idx"), files.isSelfContained(repo, name));
    }

    /** Sends all bytes of all files. Returns false when the receiver ended the stream before the end. */
    <E extends Exception> boolean sendTo(Sink<E> sink) throws E, IOException, InterruptedException {
        for (PackFile listed : header.getFilesList()) {
            try (InputStream in = files.get(listed.getExtension()).open()) {
                long left = listed.getLength();
                while (left > 0) {
                    byte[] chunk = in.readNBytes((int) Math.min(CHUNK_BYTES, left));
                    if (chunk.length == 0) {
                        throw new EOFException("the " + listed.getExtension() + " of pack " + header.getName()
                            + " became " + left + " bytes shorter");
                    }
                    left -= chunk.length;
                    if (!sink.send(UnsafeByteOperations.unsafeWrap(chunk))) {
                        return false;
                    }
                }
            }
        }
        return true;
    }
}
