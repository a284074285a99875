package dev.trine.server.replica;

import com.google.protobuf.ByteString;
import dev.trine.common.model.PackName;
import dev.trine.proto.PackFile;
import dev.trine.proto.PackHeader;
import dev.trine.server.repo.IncomingPack;
import java.io.IOException;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;

/**
 * The bytes of one announced pack on their way in from a peer, handed to the quarantine in the header's order: neither
 * more nor fewer than announced, and with the announced checksums. Used by one thread at a time; closing discards what
 * was not installed.
 */
final class IncomingFiles implements AutoCloseable {
    private static final List<String> EXTENSIONS = List.of("pack", "idx");

    private final PackName name;
    private final PackHeader header;
    private final IncomingPack pack;
    private final MessageDigest sha256 = sha256();
    private int current;
    private long left;

    private IncomingFiles(PackName name, PackHeader header, IncomingPack pack) {
        this.name = name;
        this.header = header;
        this.pack = pack;
        this.left = header.getFiles(0).getLength();
    }

    /** Makes the place in the quarantine. */
    @FunctionalInterface
    interface Quarantine {
        /** Begins one pack. */
        IncomingPack open() throws IOException;
    }

    /**
     * Begins to receive.
     *
     * @param bytesMax greatest sum of lengths accepted
     * @throws CorruptPackException the header is malformed or exceeds the limit
     * @throws IOException          the disk failed
     */
    static IncomingFiles open(PackHeader header, long bytesMax, Quarantine quarantine)
        throws IOException, CorruptPackException {
        if (!header.getFilesList().stream().map(PackFile::getExtension).toList().equals(EXTENSIONS)) {
            throw new CorruptPackException("a pack must be announced with its pack file, then its index");
        }
        long room = bytesMax;
        for (PackFile file : header.getFilesList()) {
            if (file.getLength() <= 0 || file.getLength() > room) {
                throw new CorruptPackException("a pack of " + file.getLength() + " bytes, or more than " + bytesMax
                    + " with its index, is not accepted");
            }
            room -= file.getLength();
        }
        PackName name;
        try {
            name = new PackName(header.getName());
        } catch (IllegalArgumentException e) {
            throw new CorruptPackException(e.getMessage());
        }
        return new IncomingFiles(name, header, quarantine.open());
    }

    /** Takes bytes, which may span both files. */
    void write(ByteString data) throws IOException, CorruptPackException {
        int at = 0;
        while (at < data.size()) {
            if (current == EXTENSIONS.size()) {
                throw new CorruptPackException("pack " + name + " came with more bytes than announced");
            }
            ByteString part = data.substring(at, at + (int) Math.min(left, data.size() - at));
            OutputStream file = current == 0 ? pack.pack() : pack.index();
            part.writeTo(file);
            sha256.update(part.asReadOnlyByteBuffer());
            at += part.size();
            left -= part.size();
            if (left == 0) {
                endFile();
            }
        }
    }

    /** All bytes have come: verifies them, syncs files and directory. */
    IncomingPack.Result.Installed install() throws IOException, CorruptPackException {
        if (current < EXTENSIONS.size()) {
            throw new CorruptPackException("pack " + name + " ended " + left + " bytes before the end of its "
                + EXTENSIONS.get(current) + " file");
        }
        if (header.getSelfContained()) {
            pack.selfContained();
        }
        return switch (pack.install()) {
            case IncomingPack.Result.Damaged damaged -> throw new CorruptPackException(damaged.why());
            case IncomingPack.Result.Installed installed -> {
                if (!installed.stored().name().equals(name)) {
                    installed.pin().close();
                    throw new CorruptPackException("pack " + installed.stored().name() + " came as " + name);
                }
                yield installed;
            }
        };
    }

    @Override
    public void close() throws IOException {
        pack.close();
    }

    private void endFile() throws CorruptPackException {
        byte[] actual = sha256.digest();
        byte[] announced = header.getFiles(current).getSha256().toByteArray();
        if (announced.length > 0 && !MessageDigest.isEqual(actual, announced)) {
            throw new CorruptPackException("the " + EXTENSIONS.get(current) + " file of pack " + name
                + " came with another SHA-256 than announced");
        }
        current++;
        left = current < EXTENSIONS.size() ? header.getFiles(current).getLength() : 0;
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
