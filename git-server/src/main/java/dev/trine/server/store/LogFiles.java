package dev.trine.server.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * RocksDB's write-ahead log as a power failure may have left it: sectors that did not arrive read as zeros. RocksDB
 * takes a record whose head is zeros for unused space, passes over the rest of its block without a word, and goes on
 * with the next: it would apply a write without those before it. So a log is cut there before it is opened. Any other
 * damage RocksDB finds by itself, and stops.
 */
final class LogFiles {
    private static final Logger LOG = LoggerFactory.getLogger(LogFiles.class);

    // https://github.com/facebook/rocksdb/wiki/Write-Ahead-Log-File-Format: checksum, length, type, payload
    private static final int BLOCK = 32 << 10;
    private static final int HEAD = 7;
    private static final int LENGTH_AT = 4;
    private static final int TYPE_AT = 6;
    private static final int MASK_DELTA = 0xa282ead8;

    private LogFiles() {
    }

    /** Cuts each log at its first hole, durably, and tells of each whose end is not whole. */
    static void cutAtHoles(Path database) throws IOException {
        List<Path> logs;
        try (Stream<Path> files = Files.list(database)) {
            logs = files.filter(file -> file.getFileName().toString().matches("[0-9]+\\.log")).sorted().toList();
        }
        for (Path log : logs) {
            cutAtHole(log);
        }
    }

    private static void cutAtHole(Path log) throws IOException {
        try (FileChannel channel = FileChannel.open(log, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            End end = end(channel);
            if (end.at < channel.size()) {
                LOG.atWarn().addKeyValue("file", log).addKeyValue("whole_bytes", end.at)
                    .addKeyValue("bytes", channel.size()).log("the end of the database's log is not whole, it is"
                        + " dropped: whether any of it was acknowledged is checked next");
                if (end.hole) {
                    channel.truncate(end.at);
                    channel.force(true);
                }
            }
        }
    }

    /**
     * Where the whole records of a log end.
     *
     * @param hole zeros follow where a record should begin
     */
    private record End(long at, boolean hole) {
    }

    private static End end(FileChannel log) throws IOException {
        ByteBuffer block = ByteBuffer.allocate(BLOCK).order(ByteOrder.LITTLE_ENDIAN);
        for (long start = 0; start < log.size(); start += BLOCK) {
            block.clear();
            while (block.hasRemaining() && log.read(block, start + block.position()) >= 0) {
                // until the block is full or the file ends
            }
            block.flip();
            while (block.remaining() >= HEAD) {
                int at = block.position();
                int length = Short.toUnsignedInt(block.getShort(at + LENGTH_AT));
                if (length == 0 && block.get(at + TYPE_AT) == 0) {
                    return new End(start + at, true);
                }
                if (HEAD + length > block.remaining() || block.getInt(at) != checksum(block, at, length)) {
                    return new End(start + at, false);
                }
                block.position(at + HEAD + length);
            }
            if (block.limit() < BLOCK && block.hasRemaining()) {
                return new End(start + block.position(), false);
            }
        }
        return new End(log.size(), false);
    }

    private static int checksum(ByteBuffer block, int at, int length) {
        CRC32C crc = new CRC32C();
        crc.update(block.slice(at + TYPE_AT, 1 + length));
        int value = (int) crc.getValue();
        return (value >>> 15 | value << 17) + MASK_DELTA;
    }
}
