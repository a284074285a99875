package dev.trine.server.repo;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.CheckedOutputStream;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectLoader;
import org.eclipse.jgit.lib.ObjectReader;

/**
 * Completes a pack whose deltas stand on objects that were not sent, by appending those objects, and gives it the
 * header and trailer that the longer pack must have. Used by one thread.
 */
final class ThinPack {
    private static final int COUNT_OFFSET = 8;

    private final FileChannel pack;
    private final PackEntries entries;
    private final ObjectReader base;
    private long end;
    private boolean completed;

    /**
     * A scanned pack.
     *
     * @param pack    the file, its trailer included
     * @param entries its entries
     * @param base    where the missing objects are
     * @param end     offset of the trailer
     */
    ThinPack(FileChannel pack, PackEntries entries, ObjectReader base, long end) {
        this.pack = pack;
        this.entries = entries;
        this.base = base;
        this.end = end;
    }

    /**
     * Appends the bases that no entry turned out to be, as far as they are there.
     *
     * @return the new entries
     */
    List<Integer> appendBases() throws IOException {
        List<Integer> appended = new ArrayList<>();
        for (ObjectId id : entries.basesNotFound()) {
            if (base.has(id)) {
                appended.add(append(id, base.open(id)));
                completed = true;
            }
        }
        return appended;
    }

    private int append(ObjectId id, ObjectLoader object) throws IOException {
        int entry = entries.add(end);
        pack.position(end);
        CRC32 crc = new CRC32();
        OutputStream out = new CheckedOutputStream(Channels.newOutputStream(pack), crc);
        writeHeader(out, object.getType(), object.getSize());
        Deflater deflater = new Deflater();
        try (InputStream content = object.openStream()) {
            DeflaterOutputStream deflated = new DeflaterOutputStream(out, deflater, 1 << 13);
            content.transferTo(deflated);
            deflated.finish();
        } finally {
            deflater.end();
        }
        byte[] name = new byte[Constants.OBJECT_ID_LENGTH];
        id.copyRawTo(name, 0);
        entries.resolve(entry, object.getType(), name);
        entries.checksum(entry, (int) crc.getValue());
        end = pack.position();
        return entry;
    }

    private static void writeHeader(OutputStream out, int type, long size) throws IOException {
        byte[] header = new byte[11];
        int length = 0;
        long rest = size >>> 4;
        header[length++] = (byte) ((rest != 0 ? 0x80 : 0) | type << 4 | (int) size & 0xf);
        while (rest != 0) {
            header[length++] = (byte) ((rest > 0x7f ? 0x80 : 0) | (int) rest & 0x7f);
            rest >>>= 7;
        }
        out.write(header, 0, length);
    }

    /** Offset of the trailer. */
    long end() {
        return end;
    }

    /** Whether anything was appended, so that the pack needs another header and trailer. */
    boolean isCompleted() {
        return completed;
    }

    /**
     * Writes the number of entries into the header, and the trailer behind the last entry.
     *
     * @return the pack's new SHA-1
     */
    byte[] seal() throws IOException {
        ByteBuffer count = ByteBuffer.allocate(4).putInt(0, entries.count());
        pack.write(count, COUNT_OFFSET);
        MessageDigest digest = Constants.newMessageDigest();
        ByteBuffer piece = ByteBuffer.allocate(1 << 16);
        for (long offset = 0; offset < end; offset += piece.limit()) {
            piece.clear().limit((int) Math.min(piece.capacity(), end - offset));
            while (piece.hasRemaining()) {
                if (pack.read(piece, offset + piece.position()) < 0) {
                    throw new IOException("pack file became shorter while it was being completed");
                }
            }
            digest.update(piece.flip());
        }
        byte[] trailer = digest.digest();
        pack.write(ByteBuffer.wrap(trailer), end);
        pack.truncate(end + trailer.length);
        return trailer;
    }
}
