package dev.trine.common.relay;

import dev.trine.common.bulk.BulkReceiver;
import dev.trine.common.model.RequestId;
import dev.trine.common.rpc.Spoken;
import dev.trine.proto.GitRequest;
import dev.trine.proto.GitResponse;
import io.grpc.Status;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One call of a node's GitTransport, as two blocking halves: one thread sends, another receives. At most
 * {@value #WINDOW} responses wait here; what is sent waits for gRPC's own back-pressure.
 */
final class NodeCall implements ClientResponseObserver<GitRequest, GitResponse>, Stoppable {
    private static final Logger LOG = LoggerFactory.getLogger(NodeCall.class);
    private static final int WINDOW = 3;
    /** Whoever receives ends a call in which nothing moves. */
    private static final Duration FOR_EVER = Duration.ofNanos(Long.MAX_VALUE);

    private final RequestId request;
    private final BlockingQueue<Event> inbox = new LinkedBlockingQueue<>();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private @Nullable ClientCallStreamObserver<GitRequest> requests;
    private boolean ended;
    private boolean reached;
    private boolean broken;
    private @Nullable BulkReceiver bulk;
    private volatile @Nullable String stopped;
    private volatile long lastSentNanos = System.nanoTime();

    NodeCall(RequestId request) {
        this.request = request;
    }

    /** What the node says. */
    sealed interface Event {
        /** One message. */
        record Response(GitResponse message) implements Event {
        }

        /** The last event; its status has a description only if the node gave one. */
        record Ended(Status status) implements Event {
        }
    }

    @Override
    public void beforeStart(ClientCallStreamObserver<GitRequest> stream) {
        requests = stream;
        stream.disableAutoRequestWithInitial(WINDOW);
        stream.setOnReadyHandler(this::ready);
    }

    @Override
    public void onNext(GitResponse message) {
        inbox.add(new Event.Response(message));
    }

    @Override
    public void onError(Throwable failure) {
        Status status = Spoken.statusOf(failure);
        if (status.getDescription() == null && isUnderWay()) {
            LOG.atInfo().addKeyValue("request", request).addKeyValue("why", failure.getMessage())
                .setCause(failure.getCause()).log("a call broke");
        }
        signal(true);
        cutBulk();
        inbox.add(new Event.Ended(status));
    }

    @Override
    public void onCompleted() {
        signal(true);
        inbox.add(new Event.Ended(Status.OK));
    }

    /** Sends the message that opens the exchange, without waiting for the connection. */
    void sendFirst(GitRequest message) {
        stream().onNext(message);
    }

    /** Sends a message, when the node is ready for it; returns false if the call has ended. */
    boolean send(GitRequest message) throws InterruptedException {
        return send(message, FOR_EVER);
    }

    /** As {@link #send(GitRequest)}; false, too, if the node is not ready for it in time. */
    boolean send(GitRequest message, Duration max) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long nanos = max.toNanos();
            while (!ended && !stream().isReady() && nanos > 0) {
                nanos = changed.awaitNanos(nanos);
            }
            if (ended || !stream().isReady()) {
                return false;
            }
            stream().onNext(message);
            lastSentNanos = System.nanoTime();
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Says that nothing more will be sent. */
    void halfClose() {
        lock.lock();
        try {
            if (!ended) {
                stream().onCompleted();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Waits for the next event; empty if none comes in time. */
    Optional<Event> next(Duration max) throws InterruptedException {
        Optional<Event> event = Optional.ofNullable(inbox.poll(max.toNanos(), TimeUnit.NANOSECONDS));
        if (event.isPresent() && event.get() instanceof Event.Response) {
            stream().request(1);
        }
        return event;
    }

    /** Whether {@link #next} would wait. */
    boolean isDrained() {
        return inbox.isEmpty();
    }

    /** For how long nothing was sent. */
    Duration sinceSent() {
        return Duration.ofNanos(System.nanoTime() - lastSentNanos);
    }

    /** Breaks the call off; harmless if it has ended. */
    void cancel(String why) {
        signal(true);
        cutBulk();
        stream().cancel(why, null);
    }

    @Override
    public void stop(String sentence) {
        stopped = sentence;
        cancel(sentence);
    }

    /** Why it was stopped; empty: it was not. */
    Optional<String> stopped() {
        return Optional.ofNullable(stopped);
    }

    /** Takes over a connection that is cut when the call breaks, or is broken off: what reads it would wait in vain. */
    void cutWithCall(BulkReceiver connection) {
        lock.lock();
        try {
            bulk = connection;
            if (broken) {
                connection.close();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Whether there was a connection to the node at any time: it may have got what was sent. */
    boolean wasReached() {
        lock.lock();
        try {
            return reached;
        } finally {
            lock.unlock();
        }
    }

    /** Whether there was a connection, and nobody here has broken the call off. */
    private boolean isUnderWay() {
        lock.lock();
        try {
            return reached && !ended;
        } finally {
            lock.unlock();
        }
    }

    private void cutBulk() {
        lock.lock();
        try {
            broken = true;
            if (bulk != null) {
                bulk.close();
            }
        } finally {
            lock.unlock();
        }
    }

    private void ready() {
        lock.lock();
        try {
            reached = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void signal(boolean isEnded) {
        lock.lock();
        try {
            ended |= isEnded;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private ClientCallStreamObserver<GitRequest> stream() {
        if (requests == null) {
            throw new IllegalStateException("the call was not started");
        }
        return requests;
    }
}
