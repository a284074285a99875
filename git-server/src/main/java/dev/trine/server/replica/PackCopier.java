package dev.trine.server.replica;

import dev.trine.common.model.Member;
import dev.trine.common.model.PackName;
import dev.trine.common.model.RepoId;
import dev.trine.common.wire.Wire;
import dev.trine.proto.FileRange;
import dev.trine.proto.PackChunk;
import dev.trine.proto.PackFile;
import dev.trine.proto.PackHeader;
import dev.trine.server.repo.IncomingPack;
import dev.trine.server.repo.PackCopy;
import dev.trine.server.repo.PackPin;
import dev.trine.server.repo.UnfinishedCopies;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * Copies packs from peers as the files that they are, in ranges, going on where an earlier copy of the same file ended,
 * whoever it came from. A range is asked for only when it may move, so that nothing else waits behind it on the
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
            List<Long> before = announced.parts().stream().map(copy::bytesHere).toList();
            try (RangesAhead ranges = new RangesAhead(lacking(copy).iterator(),
                (range, to) -> fetch(repo, from, announced.name(), range, to))) {
                ranges.takeAll((part, bytes) -> {
                    if (unwanted.getAsBoolean()) {
                        throw new PeerUnavailableException("copying pack " + announced.name() + ": no longer wanted");
                    }
                    copy.write(part, bytes);
                    progress.came(bytes.length);
                    counters.bytesCopied(bytes.length);
                });
            }
            before.forEach(counters::fileCopied);
            return switch (copy.install()) {
                case IncomingPack.Result.Damaged damaged -> throw new CorruptPackException(damaged.why());
                case IncomingPack.Result.Installed installed -> installed.pin();
            };
        }
    }

    /** What is not here yet of a pack's files. */
    private Stream<RangesAhead.Range> lacking(PackCopy copy) {
        long bytesMax = bandwidth.claimBytes(RANGE_BYTES_MAX);
        return copy.announced().parts().stream().flatMap(part ->
            LongStream.iterate(copy.bytesHere(part), offset -> offset < part.length(), offset -> offset + bytesMax)
                .mapToObj(offset -> new RangesAhead.Range(part, offset, Math.min(bytesMax, part.length() - offset))));
    }

    private void fetch(RepoId repo, Member from, PackName pack, RangesAhead.Range range,
                       PeerStreams.Receiver<PackChunk> to)
        throws IOException, InterruptedException, PeerUnavailableException, CorruptPackException {
        bandwidth.take(from.node().value(), range.length());
        streams.fetchRange(from, repo, pack, FileRange.newBuilder().setExtension(range.part().extension())
            .setOffset(range.offset()).setLength(range.length()).build(), to);
    }

    /** What was copied for a repository has become packs, or is not wanted any more. */
    void discard(RepoId repo) throws IOException {
        copies.discard(repo);
    }
}
