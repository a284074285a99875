package dev.trine.server.rpc;

import com.google.protobuf.ByteString;
import io.grpc.Status;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The client's bytes as a stream: gRPC's threads put chunks in, the service's thread reads them. It holds as many
 * chunks as were asked for; one more is asked for whenever one has been taken.
 */
final class ClientBytes extends InputStream {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Queue<ByteString> chunks = new ArrayDeque<>();
    private final Runnable askForMore;
    private final Duration idleMax;
    private boolean ended;
    private Status broken = Status.OK;
    private ByteString current = ByteString.EMPTY;
    private int position;

    /** A stream that asks for another chunk by running that. */
    ClientBytes(Runnable askForMore, Duration idleMax) {
        this.askForMore = askForMore;
        this.idleMax = idleMax;
    }

    /** A chunk came. */
    void add(ByteString chunk) {
        locked(() -> chunks.add(chunk));
    }

    /** No more will come. */
    void end() {
        locked(() -> ended = true);
    }

    /** The client is gone, or broke the rules: reading fails from now on, whatever was put in. */
    void fail(Status why) {
        locked(() -> broken = broken.isOk() ? why : broken);
    }

    /** Why reading failed; OK: it did not. */
    Status failure() {
        lock.lock();
        try {
            return broken;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, bytes.length);
        if (length == 0) {
            return 0;
        }
        while (position == current.size()) {
            if (!takeNext()) {
                return -1;
            }
        }
        int count = Math.min(length, current.size() - position);
        current.copyTo(bytes, position, offset, count);
        position += count;
        return count;
    }

    @Override
    public int available() {
        return current.size() - position;
    }

    private boolean takeNext() throws IOException {
        lock.lock();
        try {
            long nanos = idleMax.toNanos();
            while (broken.isOk() && chunks.isEmpty() && !ended) {
                if (nanos <= 0) {
                    broken = Idle.sentNothing(idleMax);
                } else {
                    nanos = changed.awaitNanos(nanos);
                }
            }
            if (!broken.isOk()) {
                throw new IOException(broken.getDescription());
            }
            if (chunks.isEmpty()) {
                return false;
            }
            current = chunks.remove();
            position = 0;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } finally {
            lock.unlock();
        }
        askForMore.run();
        return true;
    }

    private void locked(Runnable change) {
        lock.lock();
        try {
            change.run();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
