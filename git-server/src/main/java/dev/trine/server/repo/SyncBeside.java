package dev.trine.server.repo;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** A sync of a file by a thread of its own, beside what is written to the file meanwhile. */
final class SyncBeside {
    private final CompletableFuture<Optional<IOException>> ended = new CompletableFuture<>();

    private SyncBeside() {
    }

    /** Begins one. What was written before is on the medium once it has ended in order. */
    static SyncBeside begin(Disk disk, Path path) {
        SyncBeside sync = new SyncBeside();
        Thread.startVirtualThread(() -> {
            try {
                disk.sync(path);
                sync.ended.complete(Optional.empty());
            } catch (IOException e) {
                sync.ended.complete(Optional.of(e));
            } catch (RuntimeException e) {
                sync.ended.completeExceptionally(e);
            }
        });
        return sync;
    }

    /** Waits for the end; whether it failed, and how. */
    Optional<IOException> await() {
        return ended.join();
    }
}
