package dev.trine.server.repo;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Room for objects while deltas are applied to them: on the heap up to a budget that all receiving pushes share, beyond
 * that, and for large objects, in unlinked files that the kernel may page out. Called by many threads.
 */
final class Scratch {
    /** Objects from this size on never lie on the heap, in bytes. */
    static final int LARGE_BYTES = 8 << 20;

    private final long heapBytesMax;
    private final AtomicLong heapBytes = new AtomicLong();

    Scratch(long heapBytesMax) {
        this.heapBytesMax = heapBytesMax;
    }

    /**
     * Room for one thread's work.
     *
     * @param nearby a file in whose directory there is room for more
     */
    Lease lease(Path nearby) {
        return new Lease(nearby);
    }

    private boolean takeHeap(int size) {
        if (heapBytes.addAndGet(size) <= heapBytesMax) {
            return true;
        }
        heapBytes.addAndGet(-size);
        return false;
    }

    /** What one thread uses; closing it gives everything back. Used by one thread. */
    final class Lease implements AutoCloseable {
        private final Path nearby;
        private long held;

        private Lease(Path nearby) {
            this.nearby = nearby;
        }

        /** Room for exactly so many bytes, to be given back to {@link #release}. */
        ByteBuffer allocate(int size) throws IOException {
            if (size < LARGE_BYTES && takeHeap(size)) {
                held += size;
                return ByteBuffer.allocate(size);
            }
            return allocateMapped(size);
        }

        private ByteBuffer allocateMapped(int size) throws IOException {
            Path file = Files.createTempFile(nearby.toAbsolutePath().getParent(), "tmp_", ".object");
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
                return channel.map(FileChannel.MapMode.READ_WRITE, 0, size); // lives until it is collected
            } finally {
                Files.delete(file);
            }
        }

        void release(ByteBuffer room) {
            if (room.hasArray()) {
                heapBytes.addAndGet(-room.capacity());
                held -= room.capacity();
            }
        }

        @Override
        public void close() {
            heapBytes.addAndGet(-held);
            held = 0;
        }
    }
}
