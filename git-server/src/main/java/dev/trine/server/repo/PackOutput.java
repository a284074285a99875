package dev.trine.server.repo;

import dev.trine.common.model.RepoId;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Bytes of a pack on their way to the disk; a disk that refuses them is told of. Used by one thread. */
final class PackOutput extends OutputStream {
    private final PackFiles files;
    private final RepoId repo;
    private final OutputStream out;

    PackOutput(PackFiles files, RepoId repo, Path file) throws IOException {
        this.files = files;
        this.repo = repo;
        this.out = Files.newOutputStream(file);
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        try {
            out.write(bytes, offset, length);
        } catch (IOException e) {
            throw files.blamed(repo, e);
        }
    }

    @Override
    public void close() throws IOException {
        out.close();
    }
}
