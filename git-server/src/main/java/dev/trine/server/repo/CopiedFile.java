package dev.trine.server.repo;

import static org.eclipse.jgit.lib.Constants.OBJECT_ID_LENGTH;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * One file of a pack while it is being copied. What an earlier copy left of it is read again, so that the checksum in
 * the end is that of every byte on this disk, whoever wrote it. Used by one thread; closing keeps what has come.
 */
final class CopiedFile implements AutoCloseable {
    private static final int BUFFER_BYTES = 1 << 18;
    /** The medium gets so much at a time, so that the last sync finds little left, and no other one waits for all. */
    private static final long SYNC_EVERY_BYTES = 32L << 20;

    private final Disk disk;
    private final Path path;
    private final PackCopy.Part part;
    private final FileChannel channel;
    private final TrailerOutputStream digest = new TrailerOutputStream(OutputStream.nullOutputStream());
    private final BlockSums.Builder sums;
    private Optional<SyncBeside> syncing = Optional.empty();
    private long unsynced;

    private CopiedFile(Disk disk, Path path, PackCopy.Part part, FileChannel channel) {
        this.disk = disk;
        this.path = path;
        this.part = part;
        this.channel = channel;
        this.sums = new BlockSums.Builder(part.length());
    }

    /** Goes on with what is there; more than there can be is no part of it, and is dropped. */
    static CopiedFile open(Disk disk, Path path, PackCopy.Part part) throws IOException {
        FileChannel channel = FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.READ,
            StandardOpenOption.WRITE);
        boolean opened = false;
        try {
            CopiedFile file = new CopiedFile(disk, path, part, channel);
            file.readAgain();
            opened = true;
            return file;
        } finally {
            if (!opened) {
                channel.close();
            }
        }
    }

    private void readAgain() throws IOException {
        if (channel.size() > part.length()) {
            channel.truncate(0);
        }
        ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
        while (disk.read(path, channel, buffer, digest.count()) > 0) {
            digest.write(buffer.array(), 0, buffer.position());
            sums.add(buffer.array(), 0, buffer.position());
            buffer.clear();
        }
    }

    PackCopy.Part part() {
        return part;
    }

    Path path() {
        return path;
    }

    /** How much of it is here. */
    long bytesHere() {
        return digest.count();
    }

    void write(byte[] bytes) throws IOException {
        if (bytes.length > part.length() - bytesHere()) {
            throw new IllegalArgumentException("the " + part.extension() + " of a pack came with more bytes than "
                + part.length());
        }
        ByteBuffer from = ByteBuffer.wrap(bytes);
        while (from.hasRemaining()) {
            channel.write(from, bytesHere() + from.position());
        }
        digest.write(bytes, 0, bytes.length);
        sums.add(bytes, 0, bytes.length);
        unsynced += bytes.length;
        if (unsynced >= SYNC_EVERY_BYTES) {
            awaitSync();
            syncing = Optional.of(SyncBeside.begin(disk, path));
            unsynced = 0;
        }
    }

    /** Waits until all that has come is on the medium. */
    void sync() throws IOException {
        awaitSync();
        syncing = Optional.of(SyncBeside.begin(disk, path));
        awaitSync();
        unsynced = 0;
    }

    /** What could not be synced need not be on the medium, whatever it reads like now: no copy may go on with it. */
    private void awaitSync() throws IOException {
        Optional<IOException> failure = syncing.flatMap(SyncBeside::await);
        syncing = Optional.empty();
        if (failure.isPresent()) {
            discard();
            throw failure.get();
        }
    }

    /** To be asked once, when all is here and matches: the sums of its blocks. */
    BlockSums sums() {
        return sums.build();
    }

    /** To be asked once, when all is here: whether it is what was announced. */
    boolean matches() {
        return bytesHere() == part.length() && part.length() > OBJECT_ID_LENGTH && digest.trailerMatches()
            && digest.trailer().name().equals(part.trailer().hex());
    }

    void discard() throws IOException {
        channel.close();
        Files.deleteIfExists(path);
    }

    @Override
    public void close() throws IOException {
        try {
            awaitSync();
        } finally {
            channel.close();
        }
    }
}
