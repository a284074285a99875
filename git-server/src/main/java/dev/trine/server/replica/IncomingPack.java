package dev.trine.server.replica;

import com.google.protobuf.ByteString;
import dev.trine.common.model.PackName;
import dev.trine.proto.PackFile;
import dev.trine.proto.PackHeader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;

/**
 * The files of one pack on their way in from a peer: written in the header's order, measured and hashed. Nothing counts
 * until {@link #finish} has verified lengths and checksums and fsynced each file. Closing deletes what the caller has
 * not moved away. Used by one thread at a time.
 */
final class IncomingPack implements AutoCloseable {
    private static final Set<String> EXTENSIONS = Set.of("pack", "idx", "bitmap");
    private static final int TRAILER_BYTES = 20;

    private final PackName name;
    private final PackHeader header;
    private final Path directory;
    private final List<Path> files = new ArrayList<>();
    private int current = -1;
    private long left;
    private FileChannel out;
    private MessageDigest sha256;
    private TrailingDigest sha1;

    private IncomingPack(Path directory, PackName name, PackHeader header) throws IOException {
        this.directory = directory;
        this.name = name;
        this.header = header;
        openNext();
    }

    /**
     * Starts to receive into a directory of the caller's.
     *
     * @param bytesMax greatest sum of lengths accepted
     * @throws CorruptPackException the header is malformed or exceeds the limit
     * @throws IOException          the disk failed
     */
    static IncomingPack into(Path directory, PackHeader header, long bytesMax)
        throws IOException, CorruptPackException {
        PackName name;
        try {
            name = new PackName(header.getName());
        } catch (IllegalArgumentException e) {
            throw new CorruptPackException(e.getMessage());
        }
        Set<String> seen = new HashSet<>();
        long total = 0;
        for (PackFile file : header.getFilesList()) {
            if (!EXTENSIONS.contains(file.getExtension()) || !seen.add(file.getExtension())) {
                throw new CorruptPackException("pack " + name + " lists a file '" + file.getExtension() + "'");
            }
            if (file.getLength() < TRAILER_BYTES || file.getLength() > bytesMax - total) {
                throw new CorruptPackException("pack " + name + " lists " + file.getLength() + " bytes of "
                    + file.getExtension() + ", more than " + bytesMax + " in all or less than a checksum");
            }
            total += file.getLength();
        }
        if (!seen.contains("pack") || !seen.contains("idx")) {
            throw new CorruptPackException("pack " + name + " lists no pack or no index");
        }
        return new IncomingPack(directory, name, header);
    }

    PackName name() {
        return name;
    }

    int objects() {
        return header.getObjects();
    }

    /** Extensions in the order of the files. */
    List<String> extensions() {
        return header.getFilesList().stream().map(PackFile::getExtension).toList();
    }

    /** Where the file with that extension lies until the caller moves it. */
    Path file(String extension) {
        return files.get(extensions().indexOf(extension));
    }

    /** Appends bytes, which may span files. */
    void write(ByteString data) throws IOException, CorruptPackException {
        ByteBuffer bytes = data.asReadOnlyByteBuffer();
        while (bytes.hasRemaining()) {
            if (current == header.getFilesCount()) {
                throw new CorruptPackException("pack " + name + " brings more bytes than it listed");
            }
            ByteBuffer slice = bytes.slice(bytes.position(), (int) Math.min(left, bytes.remaining()));
            bytes.position(bytes.position() + slice.remaining());
            left -= slice.remaining();
            sha256.update(slice.duplicate());
            sha1.update(slice.duplicate());
            while (slice.hasRemaining()) {
                out.write(slice);
            }
            if (left == 0) {
                endFile();
                openNext();
            }
        }
    }

    /** All bytes have come: verifies that. Every file has been verified and fsynced when its last byte came. */
    void finish() throws CorruptPackException {
        if (current < header.getFilesCount()) {
            throw new CorruptPackException("pack " + name + " ended " + left + " bytes before the end of its "
                + header.getFiles(current).getExtension());
        }
    }

    @Override
    public void close() throws IOException {
        if (out != null) {
            out.close();
        }
        for (Path file : files) {
            Files.deleteIfExists(file);
        }
    }

    private void openNext() throws IOException {
        current++;
        if (current == header.getFilesCount()) {
            return;
        }
        Path file = Files.createTempFile(directory, "incoming-", "." + header.getFiles(current).getExtension());
        files.add(file);
        out = FileChannel.open(file, StandardOpenOption.WRITE);
        left = header.getFiles(current).getLength();
        sha256 = digest("SHA-256");
        sha1 = new TrailingDigest(digest("SHA-1"));
    }

    private void endFile() throws IOException, CorruptPackException {
        PackFile listed = header.getFiles(current);
        byte[] actual = sha256.digest();
        if (!listed.getSha256().isEmpty() && !MessageDigest.isEqual(actual, listed.getSha256().toByteArray())) {
            throw new CorruptPackException("the " + listed.getExtension() + " of pack " + name
                + " came with another SHA-256 than it listed");
        }
        if (!sha1.matches()) {
            throw new CorruptPackException("the " + listed.getExtension() + " of pack " + name
                + " came with a wrong checksum at its end");
        }
        if (listed.getExtension().equals("pack") && !HexFormat.of().formatHex(sha1.trailer()).equals(name.hex())) {
            throw new CorruptPackException("pack " + name + " has the checksum of another one");
        }
        out.force(true);
        out.close();
    }

    private static MessageDigest digest(String algorithm) {
        try {
            return MessageDigest.getInstance(algorithm);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has " + algorithm, e);
        }
    }

    /** Digest of all bytes but the last 20, which must be that digest: how Git's files end. */
    private static final class TrailingDigest {
        private final MessageDigest digest;
        private final byte[] tail = new byte[TRAILER_BYTES];
        private int tailLength;

        TrailingDigest(MessageDigest digest) {
            this.digest = digest;
        }

        void update(ByteBuffer bytes) {
            int surplus = tailLength + bytes.remaining() - TRAILER_BYTES;
            if (surplus > 0) {
                int fromTail = Math.min(surplus, tailLength);
                digest.update(tail, 0, fromTail);
                System.arraycopy(tail, fromTail, tail, 0, tailLength - fromTail);
                tailLength -= fromTail;
                ByteBuffer whole = bytes.slice(bytes.position(), surplus - fromTail);
                bytes.position(bytes.position() + surplus - fromTail);
                digest.update(whole);
            }
            int rest = bytes.remaining();
            bytes.get(tail, tailLength, rest);
            tailLength += rest;
        }

        boolean matches() {
            return tailLength == TRAILER_BYTES && MessageDigest.isEqual(digest.digest(), tail);
        }

        byte[] trailer() {
            return tail;
        }
    }
}
