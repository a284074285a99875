package dev.trine.server.content;

import dev.trine.server.hosting.RepositoryView;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectLoader;
import org.eclipse.jgit.lib.ObjectReader;

/**
 * Heap for the contents of large files, all calls together: JGit holds a file that is stored as a delta whole, and its
 * base and the delta beside it. A file that is stored whole is streamed, but whether it is shows only when it is
 * opened. The greatest files are read one at a time. Called by many threads.
 */
final class BlobMemory {
    private static final int HEAP_SHARE = 4;
    private static final int COPIES = 3;
    private static final int UNIT_BYTES = 1 << 10;
    /** Smaller files count among the buffers of a call. */
    private static final int SMALL_BYTES = 1 << 20;
    private static final int LOOK_EVERY_SECONDS = 1;

    private final int units;
    // The lock guards what follows, which changes together.
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Deque<Object> waiting = new ArrayDeque<>();
    private int free;

    BlobMemory(long heapBytes) {
        units = (int) Math.clamp(heapBytes / HEAP_SHARE / UNIT_BYTES, 1, Integer.MAX_VALUE);
        free = units;
    }

    /** Reads files of a view; files that are stored whole are streamed when they are large. */
    static ObjectReader reader(RepositoryView view) {
        ObjectReader reader = view.git().newObjectReader();
        reader.setStreamFileThreshold(SMALL_BYTES);
        return reader;
    }

    /** Does something with a file's content; waits until there is room for it, while somebody waits for that. */
    void with(ObjectReader reader, ObjectId blob, Presence clients, Use use) throws IOException {
        int taken = taken(reader.getObjectSize(blob, Constants.OBJ_BLOB));
        if (taken > 0) {
            take(taken, clients);
        }
        try {
            use.accept(reader.open(blob, Constants.OBJ_BLOB));
        } finally {
            giveBack(taken);
        }
    }

    /** Who came first gets it first. */
    private void take(int wanted, Presence clients) throws IOException {
        Object self = new Object();
        lock.lock();
        try {
            waiting.addLast(self);
            while (waiting.getFirst() != self || free < wanted) {
                changed.await(LOOK_EVERY_SECONDS, TimeUnit.SECONDS);
                clients.require();
            }
            free -= wanted;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for memory", e);
        } finally {
            waiting.remove(self);
            changed.signalAll();
            lock.unlock();
        }
    }

    private void giveBack(int taken) {
        lock.lock();
        try {
            free += taken;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private int taken(long bytes) {
        return bytes <= SMALL_BYTES ? 0 : (int) Math.min(units, COPIES * bytes / UNIT_BYTES);
    }

    /** What is done with a file's content. */
    interface Use {
        /** Does it. */
        void accept(ObjectLoader content) throws IOException;
    }
}
