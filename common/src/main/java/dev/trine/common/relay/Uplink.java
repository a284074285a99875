package dev.trine.common.relay;

import com.google.protobuf.ByteString;
import dev.trine.proto.GitRequest;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Carries the client's bytes to the node, on a thread of its own. It keeps them as long as they take no more than
 * {@value #REPLAY_BYTES_MAX} bytes of heap, and there is room for them, so that they can go to another node when the
 * first refuses. Once released it reads on and throws away, until the
 * client ends or it is closed.
 */
final class Uplink implements AutoCloseable {
    private static final int CHUNK_BYTES = 32 * 1024;
    private static final int REPLAY_BYTES_MAX = 2 * 1024 * 1024;
    /** Heap that a message takes beside its bytes: a client may send them one by one. */
    private static final int MESSAGE_HEAP_BYTES = 200;

    private final InputStream in;
    private final Duration drainMax;
    private final ReplayRoom room;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final List<GitRequest> kept = new ArrayList<>();
    private final Thread thread;
    private int keptBytes;
    private boolean replayable = true;
    private boolean ended;
    private boolean released;
    private @Nullable NodeCall call;
    private @Nullable IOException failure;

    Uplink(InputStream in, Duration drainMax, ReplayRoom room) {
        this.in = in;
        this.drainMax = drainMax;
        this.room = room;
        this.thread = Thread.ofVirtual().name("uplink").start(this::run);
    }

    /**
     * Connects to a node's call: what was kept is sent again, and the rest follows.
     *
     * @param max longest wait for the node to take some of what was kept; then it is sent nothing more
     */
    void attach(NodeCall next, Duration max) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            for (GitRequest request : kept) {
                if (!next.send(request, max)) {
                    return;
                }
            }
            if (ended) {
                next.halfClose();
            }
            if (failure != null) {
                next.cancel("the client went away");
            }
            call = next;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Disconnects from a call that has ended; returns whether another could be attached. */
    boolean detach() {
        lock.lock();
        try {
            call = null;
            return replayable;
        } finally {
            lock.unlock();
        }
    }

    /** Why reading from the client failed, if it did. */
    @Nullable IOException failure() {
        lock.lock();
        try {
            return failure;
        } finally {
            lock.unlock();
        }
    }

    /** Drains the client for a bounded time, then stops reading. */
    @Override
    public void close() {
        lock.lock();
        try {
            released = true;
            forget();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        try {
            thread.join(drainMax);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        thread.interrupt();
    }

    private void run() {
        byte[] buffer = new byte[CHUNK_BYTES];
        try {
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                if (n > 0) {
                    deliver(GitRequest.newBuilder().setData(ByteString.copyFrom(buffer, 0, n)).build(), n);
                }
            }
            end(null);
        } catch (IOException e) {
            end(e);
        } catch (RuntimeException e) {
            end(new IOException("the client's bytes cannot be read: " + e.getMessage(), e));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void deliver(GitRequest request, int bytes) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            if (released) {
                return;
            }
            keep(request, bytes);
            while (call == null && !released) {
                changed.await();
                // attach has sent what is kept, this request included
                if (call != null) {
                    return;
                }
            }
            if (call != null) {
                call.send(request);
            }
        } finally {
            lock.unlock();
        }
    }

    private void keep(GitRequest request, int bytes) {
        int heap = bytes + MESSAGE_HEAP_BYTES;
        boolean fits = replayable && keptBytes + heap <= REPLAY_BYTES_MAX && room.take(heap);
        if (fits) {
            keptBytes += heap;
            kept.add(request);
        } else if (replayable && call == null) {
            kept.add(request); // only the next node's attach sends it
        } else {
            replayable = false;
            forget();
        }
    }

    private void forget() {
        room.give(keptBytes);
        keptBytes = 0;
        kept.clear();
    }

    private void end(@Nullable IOException why) {
        lock.lock();
        try {
            ended = true;
            failure = why;
            if (call != null && why == null) {
                call.halfClose();
            } else if (call != null) {
                call.cancel("the client went away");
            }
        } finally {
            lock.unlock();
        }
    }
}
