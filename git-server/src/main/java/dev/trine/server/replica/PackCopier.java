package dev.trine.server.replica;

import dev.trine.common.model.Member;
import dev.trine.common.model.PackName;
import dev.trine.common.model.RepoId;
import dev.trine.common.wire.Wire;
import dev.trine.proto.FileRange;
import dev.trine.proto.PackFile;
import dev.trine.proto.PackHeader;
import dev.trine.server.repo.IncomingPack;
import dev.trine.server.repo.PackCopy;
import dev.trine.server.repo.PackPin;
import dev.trine.server.repo.UnfinishedCopies;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.function.BooleanSupplier;

/**
 * Copies packs from peers as the files that they are, range by range, going on where an earlier copy of the same file
 * ended, whoever it came from. A range is asked for only when it may move, so that nothing else waits behind it on the
 * connection. Called by many threads.
 */
final class PackCopier {
    /** Greatest range, in bytes. */
    static final int RANGE_BYTES_MAX = 4 << 20;

    private final UnfinishedCopies copies;
    private final PeerStreams streams;
    private final Bandwidth bandwidth;
    private final CatchUpCounters counters;
    private final long packBytesMax;

    /**
     * Copies nothing yet.
     *
     * @param packBytesMax greatest pack with its index that is accepted
     */
    PackCopier(UnfinishedCopies copies, PeerStreams streams, Bandwidth bandwidth, CatchUpCounters counters,
               long packBytesMax) {
        this.copies = copies;
        this.streams = streams;
        this.bandwidth = bandwidth;
        this.counters = counters;
        this.packBytesMax = packBytesMax;
    }

    /** Reads an announcement; more than is accepted, or nonsense, is refused. */
    PackCopy.Announced announced(PackHeader header) throws CorruptPackException {
        try {
            PackCopy.Announced announced = new PackCopy.Announced(new PackName(header.getName()),
                header.getFilesList().stream().map(PackCopier::part).toList(),
                Instant.ofEpochMilli(header.getWrittenMs()), header.getSelfContained());
            long room = packBytesMax;
            for (PackCopy.Part part : announced.parts()) {
                room = part.length() > room ? -1 : room - part.length();
                if (room < 0) {
                    throw new CorruptPackException("pack " + announced.name() + " with its index has more than "
                        + packBytesMax + " bytes, it is not accepted");
                }
            }
            return announced;
        } catch (IllegalArgumentException e) {
            throw new CorruptPackException(e.getMessage());
        }
    }

    private static PackCopy.Part part(PackFile file) {
        return new PackCopy.Part(file.getExtension(), file.getLength(), Wire.objectName(file.getTrailer()));
    }

    /** How a pack of this node is announced. */
    PackHeader announce(RepoId repo, PackName name) throws IOException {
        PackCopy.Announced own = copies.describe(repo, name);
        PackHeader.Builder header = PackHeader.newBuilder().setName(name.hex())
            .setSelfContained(own.selfContained()).setWrittenMs(Math.max(0, own.written().toEpochMilli()));
        own.parts().forEach(part -> header.addFiles(PackFile.newBuilder().setExtension(part.extension())
            .setLength(part.length()).setTrailer(Wire.toProto(part.trailer()))));
        return header.build();
    }

    /** Length of a file of one of this node's packs. */
    long length(RepoId repo, PackName name, String extension) throws IOException {
        return copies.describe(repo, name).parts().stream().filter(part -> part.extension().equals(extension))
            .mapToLong(PackCopy.Part::length).findFirst()
            .orElseThrow(() -> new IllegalArgumentException("pack " + name + " has no " + extension));
    }

    /** Reads a file of one of this node's packs from a byte on. */
    InputStream read(RepoId repo, PackName name, String extension, long offset) throws IOException {
        return copies.read(repo, name, extension, offset);
    }

    /** Waits until so many bytes may go to a peer. */
    void await(String peer, long bytes) throws InterruptedException {
        bandwidth.take(peer, bytes);
    }

    /** Bytes of a pack that an earlier copy left here. */
    long bytesHere(RepoId repo, PackCopy.Announced announced) throws IOException {
        return copies.bytesHere(repo, announced);
    }

    /**
     * Copies one pack and makes it durable; what came of it stays, if that fails.
     *
     * @param unwanted whether nobody wants it any more
     * @return holds the pack, which nothing lists yet
     * @throws CorruptPackException what has come is not what was announced, and was removed
     */
    PackPin copy(RepoId repo, Member from, PackCopy.Announced announced, Progress.Copy progress,
                 BooleanSupplier unwanted)
        throws IOException, InterruptedException, PeerUnavailableException, CorruptPackException {
        try (PackCopy copy = copies.open(repo, announced)) {
            for (PackCopy.Part part : announced.parts()) {
                long before = copy.bytesHere(part);
                while (copy.bytesHere(part) < part.length()) {
                    if (unwanted.getAsBoolean()) {
                        throw new PeerUnavailableException("copying pack " + announced.name() + ": no longer wanted");
                    }
                    copyRange(repo, from, copy, part, progress);
                }
                counters.fileCopied(before);
            }
            return switch (copy.install()) {
                case IncomingPack.Result.Damaged damaged -> throw new CorruptPackException(damaged.why());
                case IncomingPack.Result.Installed installed -> installed.pin();
            };
        }
    }

    private void copyRange(RepoId repo, Member from, PackCopy copy, PackCopy.Part part, Progress.Copy progress)
        throws IOException, InterruptedException, PeerUnavailableException, CorruptPackException {
        long offset = copy.bytesHere(part);
        long length = Math.min(bandwidth.claimBytes(RANGE_BYTES_MAX), part.length() - offset);
        bandwidth.take(from.node().value(), length);
        FileRange range = FileRange.newBuilder().setExtension(part.extension()).setOffset(offset).setLength(length)
            .build();
        streams.fetchRange(from, repo, copy.announced().name(), range, chunk -> {
            byte[] bytes = chunk.getData().toByteArray();
            if (bytes.length > offset + length - copy.bytesHere(part)) {
                throw new CorruptPackException("a range of a pack came with more bytes than asked for");
            }
            copy.write(part, bytes);
            progress.came(bytes.length);
            counters.bytesCopied(bytes.length);
        });
        if (copy.bytesHere(part) < offset + length) {
            throw new CorruptPackException("a range of a pack came with fewer bytes than asked for");
        }
    }

    /** What was copied for a repository has become packs, or is not wanted any more. */
    void discard(RepoId repo) throws IOException {
        copies.discard(repo);
    }
}
