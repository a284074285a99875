package dev.trine.server.content;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.zip.ZipEntry;
import org.apache.commons.compress.archivers.zip.X5455_ExtendedTimestamp;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveOutputStream;
import org.apache.commons.compress.archivers.zip.ZipLong;
import org.eclipse.jgit.lib.ObjectLoader;

/**
 * A zip file like that of git-archive(1): Unix modes, so that links are links and programs can be run, and the commit's
 * id as the comment. Times are those of UTC, and once more in full in a field that knows of time zones.
 */
final class ZipWriter implements ArchiveWriter {
    private static final int DIRECTORY_MODE = 040755;
    private static final int FILE_MODE = 0100644;
    private static final int EXECUTABLE_MODE = 0100755;
    private static final int LINK_MODE = 0120777;

    private final ZipArchiveOutputStream zip;
    private final long seconds;
    private final long zoneless;

    ZipWriter(String commit, long seconds, OutputStream out) {
        this.zip = new ZipArchiveOutputStream(new NeverClosed(out));
        this.seconds = seconds;
        this.zoneless = LocalDateTime.ofEpochSecond(seconds, 0, ZoneOffset.UTC).atZone(ZoneId.systemDefault())
            .toInstant().toEpochMilli();
        zip.setEncoding(StandardCharsets.UTF_8.name());
        zip.setComment(commit);
    }

    @Override
    public void directory(String path) throws IOException {
        ZipArchiveEntry entry = entry(path + "/", DIRECTORY_MODE);
        entry.setMethod(ZipEntry.STORED);
        entry.setSize(0);
        entry.setCrc(0);
        zip.putArchiveEntry(entry);
        zip.closeArchiveEntry();
    }

    @Override
    public void file(String path, boolean executable, ObjectLoader content) throws IOException {
        ZipArchiveEntry entry = entry(path, executable ? EXECUTABLE_MODE : FILE_MODE);
        entry.setSize(content.getSize());
        zip.putArchiveEntry(entry);
        content.copyTo(zip);
        zip.closeArchiveEntry();
    }

    @Override
    public void link(String path, byte[] target) throws IOException {
        ZipArchiveEntry entry = entry(path, LINK_MODE);
        entry.setSize(target.length);
        zip.putArchiveEntry(entry);
        zip.write(target);
        zip.closeArchiveEntry();
    }

    private ZipArchiveEntry entry(String name, int mode) {
        ZipArchiveEntry entry = new Dated(name, zoneless);
        entry.setUnixMode(mode);
        entry.setMethod(ZipEntry.DEFLATED);
        if (seconds <= Integer.MAX_VALUE) {
            X5455_ExtendedTimestamp time = new X5455_ExtendedTimestamp();
            time.setModifyTime(new ZipLong(seconds));
            entry.addExtraField(time);
        }
        return entry;
    }

    /** The time without a zone stays as it is, whatever the field with the time in full says. */
    private static final class Dated extends ZipArchiveEntry {
        private final long millis;

        Dated(String name, long millis) {
            super(name);
            this.millis = millis;
        }

        @Override
        public long getTime() {
            return millis;
        }
    }

    @Override
    public void finish() throws IOException {
        zip.finish();
    }

    @Override
    public void close() throws IOException {
        zip.close();
    }
}
