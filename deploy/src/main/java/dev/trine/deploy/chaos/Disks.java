package dev.trine.deploy.chaos;

import dev.trine.deploy.bench.Trees;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;

/** The git servers' disks: small file systems of their own where there is a right to mount them. */
final class Disks {
    /** A file system with more free space than this is not filled: it is the machine's own. */
    private static final long FILL_MAX_BYTES = 512L << 20;
    private static final String SIZE = "384m";
    private static final int BLOCK_BYTES = 64 * 1024;
    private static final String BALLAST = "ballast";

    private final LabDirectory directory;

    Disks(LabDirectory directory) {
        this.directory = directory;
    }

    /** Mounts a small file system for a node's data; why it cannot, if it cannot. The mount ends with our namespace. */
    Optional<String> mount(String node) throws IOException, InterruptedException {
        Path data = Files.createDirectories(directory.data(node));
        Process mount = new ProcessBuilder("mount", "-t", "tmpfs", "-o", "size=" + SIZE + ",mode=700", "trine-lab",
            data.toString()).redirectErrorStream(true).start();
        String said = new String(mount.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return mount.waitFor() == 0 ? Optional.empty() : Optional.of(said.strip());
    }

    /** Takes what a node keeps out of its mount, which nobody can see from outside, and puts it in its place. */
    void keep(String node) throws IOException, InterruptedException {
        Path data = directory.data(node);
        if (Files.getFileStore(data).equals(Files.getFileStore(directory.root()))) {
            return;
        }
        Path copy = directory.data(node + ".kept");
        for (List<String> command : List.of(List.of("cp", "-a", data.toString(), copy.toString()),
            List.of("umount", data.toString()), List.of("rmdir", data.toString()),
            List.of("mv", copy.toString(), data.toString()))) {
            int status = new ProcessBuilder(command).inheritIO().start().waitFor();
            if (status != 0) {
                throw new IOException(String.join(" ", command) + " ended with status " + status);
            }
        }
    }

    /** Gives a mount back; without effect where there is none. */
    void unmount(String node) throws IOException, InterruptedException {
        Path data = directory.data(node);
        if (Files.exists(data) && !Files.getFileStore(data).equals(Files.getFileStore(directory.root()))) {
            new ProcessBuilder("umount", data.toString()).inheritIO().start().waitFor();
        }
    }

    /** Writes until there is no room; how many bytes that took. */
    long fill(String node) throws IOException {
        FileStore store = Files.getFileStore(directory.data(node));
        if (store.getUsableSpace() > FILL_MAX_BYTES) {
            throw new IOException(directory.data(node) + " is not a small file system of its own");
        }
        Path ballast = directory.data(node).resolve(BALLAST);
        byte[] block = new byte[BLOCK_BYTES];
        long written = 0;
        for (int size = BLOCK_BYTES; size >= 1; size /= BLOCK_BYTES) {
            try (OutputStream out = Files.newOutputStream(ballast, StandardOpenOption.CREATE,
                StandardOpenOption.APPEND)) {
                while (true) {
                    out.write(block, 0, size);
                    written += size;
                }
            } catch (IOException full) {
                // that there is no room left is the aim
            }
        }
        return written;
    }

    /** Gives the room back. */
    void empty(String node) throws IOException {
        Files.deleteIfExists(directory.data(node).resolve(BALLAST));
    }

    /** Deletes all that a node keeps, but not the directory, which may be a mount. */
    void wipe(String node) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory.data(node))) {
            for (Path file : files) {
                Trees.delete(file);
            }
        }
    }
}
