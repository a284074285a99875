package dev.trine.server.content;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.attribute.FileTime;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.eclipse.jgit.lib.ObjectLoader;

/**
 * A tar file like that of git-archive(1): owner root, no write permission for others, the commit's id in a header.
 */
final class TarGzWriter implements ArchiveWriter {
    private static final int FILE_MODE = 0664;
    private static final int EXECUTABLE_MODE = 0775;
    private static final int LINK_MODE = 0777;
    private static final int BUFFER_BYTES = 64 << 10;

    private final GZIPOutputStream gzip;
    private final TarArchiveOutputStream tar;
    private final FileTime time;

    TarGzWriter(String commit, long seconds, OutputStream out) throws IOException {
        this.gzip = new GZIPOutputStream(new NeverClosed(out), BUFFER_BYTES);
        this.tar = new TarArchiveOutputStream(gzip, StandardCharsets.UTF_8.name());
        this.time = FileTime.from(seconds, TimeUnit.SECONDS);
        tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
        tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
        comment(commit);
    }

    /** What holds for all entries. */
    private void comment(String commit) throws IOException {
        TarArchiveEntry entry = entry("pax_global_header", TarConstants.LF_PAX_GLOBAL_EXTENDED_HEADER, FILE_MODE);
        entry.addPaxHeader("comment", commit);
        tar.putArchiveEntry(entry);
    }

    @Override
    public void directory(String path) throws IOException {
        tar.putArchiveEntry(entry(path + "/", TarConstants.LF_DIR, EXECUTABLE_MODE));
        tar.closeArchiveEntry();
    }

    @Override
    public void file(String path, boolean executable, ObjectLoader content) throws IOException {
        TarArchiveEntry entry = entry(path, TarConstants.LF_NORMAL, executable ? EXECUTABLE_MODE : FILE_MODE);
        entry.setSize(content.getSize());
        tar.putArchiveEntry(entry);
        content.copyTo(tar);
        tar.closeArchiveEntry();
    }

    @Override
    public void link(String path, byte[] target) throws IOException {
        TarArchiveEntry entry = entry(path, TarConstants.LF_SYMLINK, LINK_MODE);
        entry.setLinkName(new String(target, StandardCharsets.UTF_8));
        tar.putArchiveEntry(entry);
        tar.closeArchiveEntry();
    }

    private TarArchiveEntry entry(String name, byte kind, int mode) {
        TarArchiveEntry entry = new TarArchiveEntry(name, kind, true);
        entry.setMode(mode);
        entry.setLastModifiedTime(time);
        entry.setIds(0, 0);
        entry.setNames("root", "root");
        return entry;
    }

    @Override
    public void finish() throws IOException {
        tar.finish();
        gzip.finish();
    }

    @Override
    public void close() throws IOException {
        gzip.close();
    }
}
