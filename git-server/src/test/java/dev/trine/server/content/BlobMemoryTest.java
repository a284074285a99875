package dev.trine.server.content;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trine.server.hosting.Git;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.eclipse.jgit.internal.storage.file.FileRepository;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectReader;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Who gets heap for a large file when, where there is heap for one. */
@Timeout(180)
class BlobMemoryTest {
    private static final int LARGE_BYTES = 2 << 20;

    @TempDir
    private Path directory;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final BlobMemory memory = new BlobMemory(4L * 3 * LARGE_BYTES);
    private final CountDownLatch held = new CountDownLatch(1);
    private final CountDownLatch over = new CountDownLatch(1);
    private FileRepository repository;
    private ObjectId large;
    private ObjectId small;

    @BeforeEach
    void make() throws IOException {
        Git git = new Git(directory);
        git.run("init", "--quiet");
        large = ObjectId.fromString(git.feed("x".repeat(LARGE_BYTES), "hash-object", "-w", "--stdin").strip());
        small = ObjectId.fromString(git.feed("small", "hash-object", "-w", "--stdin").strip());
        repository = new FileRepository(directory.resolve(".git").toFile());
    }

    @AfterEach
    void close() {
        threads.shutdownNow();
        repository.close();
    }

    private Void with(ObjectId blob, Presence clients, BlobMemory.Use use) throws IOException {
        try (ObjectReader reader = repository.newObjectReader()) {
            memory.with(reader, blob, clients, use);
        }
        return null;
    }

    private Future<Void> hold() throws InterruptedException {
        Future<Void> holds = threads.submit(() -> with(large, () -> { }, content -> {
            held.countDown();
            try {
                over.await();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
        }));
        held.await();
        return holds;
    }

    @Test
    void aLargeFileWaitsForAnotherAndASmallOneForNone() throws Exception {
        Future<Void> first = hold();
        CountDownLatch waits = new CountDownLatch(1);
        long[] bytes = {0};
        Future<Void> second =
            threads.submit(() -> with(large, waits::countDown, content -> bytes[0] = content.getSize()));
        waits.await();
        with(small, () -> { }, content -> assertThat(content.getSize()).isEqualTo(5));
        assertThat(second.isDone()).isFalse();
        over.countDown();
        first.get();
        second.get();
        assertThat(bytes[0]).isEqualTo(LARGE_BYTES);
    }

    @Test
    void whoIsGoneDoesNotWaitAndHoldsNobodyUp() throws Exception {
        Future<Void> first = hold();
        assertThatThrownBy(() -> with(large, () -> {
            throw new IOException("gone");
        }, content -> { })).hasMessage("gone");
        Future<Void> next = threads.submit(() -> with(large, () -> { }, content -> { }));
        over.countDown();
        first.get();
        next.get();
    }

    @Test
    void aFileThatCannotBeReadGivesItsRoomBack() throws Exception {
        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> with(large, () -> { }, content -> {
                throw new IOException("broken");
            })).hasMessage("broken");
        }
    }
}
