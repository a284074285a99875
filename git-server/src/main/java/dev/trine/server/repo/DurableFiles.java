package dev.trine.server.repo;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** The machine's own disk. */
public class DurableFiles implements Disk {
    @Override
    public void sync(Path path) throws IOException {
        boolean directory = Files.isDirectory(path);
        try (FileChannel channel = FileChannel.open(path, directory ? StandardOpenOption.READ
            : StandardOpenOption.WRITE)) {
            channel.force(true);
        }
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    @Override
    public void delete(Path path) throws IOException {
        Files.deleteIfExists(path);
    }

    @Override
    public int read(Path path, FileChannel channel, ByteBuffer into, long position) throws IOException {
        return channel.read(into, position);
    }

    @Override
    public long usableBytes(Path directory) {
        return directory.toFile().getUsableSpace(); // one system call; a FileStore reads the table of mounts
    }

    @Override
    public void link(Path existing, Path second) throws IOException {
        Files.createLink(second, existing);
    }

    /** Creates what is missing of a directory and its parents, durably. */
    static void createDirectories(Disk disk, Path directory) throws IOException {
        if (Files.isDirectory(directory)) {
            return;
        }
        Path parent = directory.toAbsolutePath().getParent();
        if (parent != null) {
            createDirectories(disk, parent);
        }
        Files.createDirectories(directory);
        if (parent != null) {
            disk.sync(parent);
        }
    }
}
