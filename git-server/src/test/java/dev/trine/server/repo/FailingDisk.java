package dev.trine.server.repo;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A disk whose power fails before an operation: then files that were not synced lose their bytes, and renames that were
 * not followed by a sync of their directory did not happen.
 */
final class FailingDisk implements Disk {
    private final Disk real = new DurableFiles();
    private final int failsBefore;
    private final Set<Path> synced = new HashSet<>();
    private final List<Rename> unsynced = new ArrayList<>();
    private final List<String> done = new ArrayList<>();

    private record Rename(Path from, Path to) {
    }

    /**
     * Works as yet.
     *
     * @param failsBefore number of operations that still succeed
     */
    FailingDisk(int failsBefore) {
        this.failsBefore = failsBefore;
    }

    /** Its operations in words. */
    synchronized List<String> done() {
        return List.copyOf(done);
    }

    private void step(String what) throws IOException {
        if (done.size() == failsBefore) {
            throw new IOException("power failure before: " + what);
        }
        done.add(what);
    }

    private static String kind(Path path) {
        String name = path.getFileName().toString();
        return name.contains(".") ? name.substring(name.lastIndexOf('.') + 1) : "directory";
    }

    @Override
    public synchronized void sync(Path path) throws IOException {
        step("sync " + kind(path));
        real.sync(path);
        synced.add(path);
        unsynced.removeIf(rename -> path.equals(rename.to.getParent()));
    }

    @Override
    public synchronized void rename(Path from, Path to) throws IOException {
        step("rename " + kind(to));
        real.rename(from, to);
        unsynced.add(new Rename(from, to));
        if (synced.remove(from)) {
            synced.add(to);
        }
    }

    @Override
    public synchronized void link(Path existing, Path second) throws IOException {
        step("link " + kind(second));
        real.link(existing, second);
        if (synced.contains(existing)) {
            synced.add(second);
        }
    }

    @Override
    public void delete(Path path) throws IOException {
        real.delete(path);
    }

    @Override
    public int read(Path path, FileChannel channel, ByteBuffer into, long position) throws IOException {
        return real.read(path, channel, into, position);
    }

    @Override
    public long usableBytes(Path directory) {
        return real.usableBytes(directory);
    }

    /** Leaves in a directory what the power failure leaves. */
    synchronized void losePower(Path directory) throws IOException {
        try (var files = Files.list(directory)) {
            for (Path file : files.toList()) {
                if (!synced.contains(file)) {
                    Files.write(file, new byte[0]);
                }
            }
        }
        for (Rename rename : unsynced.reversed()) {
            if (Files.exists(rename.to)) {
                Files.move(rename.to, rename.from);
            }
        }
    }
}
