package dev.trine.server.rpc;

import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The server's half of a call: sends a message when the transport is ready for one, and fails once the client is gone
 * or takes nothing for too long. Used by the service's thread; gRPC's threads only wake it.
 *
 * @param <T> the messages
 */
final class Outbox<T> {
    private final ServerCallStreamObserver<T> call;
    private final Duration idleMax;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private Status failure = Status.OK;

    Outbox(ServerCallStreamObserver<T> call, Duration idleMax) {
        this.call = call;
        this.idleMax = idleMax;
    }

    /** The transport's readiness, or the client's presence, may have changed. */
    void wake() {
        lock.lock();
        try {
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Why sending failed; OK: it did not. */
    Status failure() {
        return failure;
    }

    /** Notes why sending failed, unless that is known, and returns it as an exception. */
    IOException broken(Status why, IOException cause) {
        failure = failure.isOk() ? why : failure;
        return new IOException(failure.getDescription(), cause);
    }

    /** Throws if the client is gone. */
    void requireClient() throws IOException {
        if (call.isCancelled()) {
            failure = Status.CANCELLED.withDescription("the client is gone");
        }
        if (!failure.isOk()) {
            throw new IOException(failure.getDescription());
        }
    }

    /** Sends a message, waiting until the transport is ready for it. */
    void send(T message) throws IOException {
        awaitReady();
        requireClient();
        call.onNext(message);
    }

    private void awaitReady() throws IOException {
        lock.lock();
        try {
            long nanos = idleMax.toNanos();
            while (failure.isOk() && !call.isReady() && !call.isCancelled()) {
                if (nanos <= 0) {
                    failure = Idle.tookNothing(idleMax);
                } else {
                    nanos = changed.awaitNanos(nanos);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } finally {
            lock.unlock();
        }
    }
}
