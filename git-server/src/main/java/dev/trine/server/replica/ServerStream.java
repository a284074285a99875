package dev.trine.server.replica;

import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/**
 * A response stream that blocks its writer while the receiver cannot take more, so that no message is buffered beyond
 * gRPC's own window. Written by one thread, which must not be the call's own.
 */
final class ServerStream<T> {
    private final ServerCallStreamObserver<T> out;
    private final Duration idleMax;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private boolean broken; // the writing thread's own

    /**
     * Wraps the observer; to be called by the call's own thread before it returns.
     *
     * @param idleMax longest wait for the receiver to take one message; then the stream counts as broken
     */
    ServerStream(ServerCallStreamObserver<T> out, Duration idleMax) {
        this.out = out;
        this.idleMax = idleMax;
        out.setOnReadyHandler(this::wake);
        out.setOnCancelHandler(this::wake);
    }

    /** Sends one message when the receiver can take it. Returns false when the receiver is gone, or this node stops. */
    boolean send(T message) {
        if (!awaitReady()) {
            broken = true;
            return false;
        }
        out.onNext(message);
        return true;
    }

    /** Ends the stream: in order only if all was sent, so that nobody takes a part for the whole. */
    void complete() {
        if (broken) {
            out.onError(Status.ABORTED.withDescription("the receiver took nothing for too long")
                .asRuntimeException());
        } else if (!out.isCancelled()) {
            out.onCompleted();
        }
    }

    /** Waits until the receiver has ended the stream, or has used what it was told of for the last time long ago. */
    void awaitGone(LongSupplier lastUseNanos) {
        lock.lock();
        try {
            long left = idleMax.toNanos();
            while (!out.isCancelled() && left > 0) {
                changed.awaitNanos(left);
                left = lastUseNanos.getAsLong() + idleMax.toNanos() - System.nanoTime();
            }
            broken = !out.isCancelled();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            broken = true;
        } finally {
            lock.unlock();
        }
    }

    private boolean awaitReady() {
        long left = idleMax.toNanos();
        lock.lock();
        try {
            while (!out.isReady() && !out.isCancelled()) {
                if (left <= 0) {
                    return false;
                }
                left = changed.awaitNanos(left);
            }
            return !out.isCancelled();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            lock.unlock();
        }
    }

    private void wake() {
        lock.lock();
        try {
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
