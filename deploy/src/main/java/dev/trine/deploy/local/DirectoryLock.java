package dev.trine.deploy.local;

import dev.trine.inspector.cli.CommandFailure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;

/** Held by a command while it changes a local cluster: one at a time. The system frees it when the process ends. */
final class DirectoryLock {
    private final FileChannel channel;

    private DirectoryLock(FileChannel channel) {
        this.channel = channel;
    }

    /** Does something while holding the lock; fails at once if somebody else holds it. */
    static void holding(ClusterDirectory directory, Runnable work) {
        DirectoryLock lock = take(directory);
        try {
            work.run();
        } finally {
            lock.close();
        }
    }

    private static DirectoryLock take(ClusterDirectory directory) {
        try {
            Files.createDirectories(directory.run());
            FileChannel channel = FileChannel.open(directory.run().resolve("lock"), StandardOpenOption.CREATE,
                StandardOpenOption.WRITE);
            if (!lock(channel)) {
                channel.close();
                throw new CommandFailure("another trine command is at work on " + directory.root()
                    + ": try again when it has finished");
            }
            return new DirectoryLock(channel);
        } catch (IOException e) {
            throw new CommandFailure("cannot lock " + directory.root() + ": " + e.getMessage(), e);
        }
    }

    private static boolean lock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock() != null;
        } catch (OverlappingFileLockException e) {
            return false;
        }
    }

    private void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
