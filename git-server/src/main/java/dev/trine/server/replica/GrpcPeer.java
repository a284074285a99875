package dev.trine.server.replica;

import dev.trine.common.model.NodeId;
import dev.trine.proto.PeerMessage;
import dev.trine.proto.ReplicationGrpc;
import dev.trine.server.replica.PeerHealth.Change;
import dev.trine.server.replica.PeerHealth.Failure;
import io.grpc.Channel;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One other node over gRPC, with what its last calls taught about it. While somebody waits for it, or for its return,
 * {@link #tick} pings it: so a hung node soon ends what waits for it, and its return is seen. Used by many threads.
 */
final class GrpcPeer {
    /** Longest wait for the answer to one message. */
    static final Duration ANSWER_MAX = Duration.ofSeconds(4);
    /** Longest wait for the answer to a ping. */
    static final Duration PING_MAX = Duration.ofMillis(800);
    /** A peer that somebody waits for is pinged when it has answered nothing for so long. */
    static final Duration SILENCE_MAX = Duration.ofMillis(300);
    /** Greatest number of unanswered messages; one more counts as lost. */
    static final int IN_FLIGHT_MAX = 2_000;

    private static final Logger LOG = LoggerFactory.getLogger(GrpcPeer.class);

    private final NodeId node;
    private final Channel channel;
    private final LongSupplier nanos;
    private final Consumer<NodeId> returned;
    private final PeerHealth health = new PeerHealth();
    private final Semaphore room = new Semaphore(IN_FLIGHT_MAX);
    private final AtomicBoolean pinging = new AtomicBoolean();
    private final Set<Watch> watches = ConcurrentHashMap.newKeySet();
    private volatile long heardNanos;

    /** What somebody who waits for this peer wants done, once, when it turns out not to answer. */
    final class Watch implements AutoCloseable {
        private final AtomicBoolean open = new AtomicBoolean(true);
        private final Runnable giveUp;

        private Watch(Runnable giveUp) {
            this.giveUp = giveUp;
        }

        @Override
        public void close() {
            open.set(false);
            watches.remove(this);
        }

        private void giveUp() {
            watches.remove(this);
            if (open.compareAndSet(true, false)) {
                giveUp.run();
            }
        }
    }

    /**
     * Makes the peer; connects nowhere yet.
     *
     * @param nanos    a clock that never jumps
     * @param returned told, on some thread, when the peer answers again after it was down
     */
    GrpcPeer(NodeId node, Channel channel, LongSupplier nanos, Consumer<NodeId> returned) {
        this.node = node;
        this.channel = channel;
        this.nanos = nanos;
        this.returned = returned;
        this.heardNanos = nanos.getAsLong();
    }

    NodeId node() {
        return node;
    }

    Channel channel() {
        return channel;
    }

    boolean isDown() {
        return health.isDown();
    }

    /**
     * Sends one message. The answer goes to the consumer, on some thread; empty: none came, or it is known that none
     * would.
     */
    void deliver(PeerMessage message, Consumer<Optional<PeerMessage>> answer) {
        if (!health.mayCall(nanos.getAsLong()) || !room.tryAcquire()) {
            answer.accept(Optional.empty());
            return;
        }
        AtomicBoolean answered = new AtomicBoolean();
        Consumer<Optional<PeerMessage>> once = reply -> {
            if (answered.compareAndSet(false, true)) {
                answer.accept(reply);
            }
        };
        Watch watch = watch(() -> once.accept(Optional.empty()));
        call(message, ANSWER_MAX, reply -> {
            room.release();
            watch.close();
            once.accept(reply);
        });
    }

    /** Takes no more messages and waits until those under way are answered or lost, but not longer than that. */
    void finish(Duration max) throws InterruptedException {
        room.tryAcquire(IN_FLIGHT_MAX, max.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** Runs the action, on some thread, if the peer goes down before the watch is closed, or is down now. */
    Watch watch(Runnable giveUp) {
        Watch watch = new Watch(giveUp);
        watches.add(watch);
        if (health.isDown()) {
            watch.giveUp();
        }
        return watch;
    }

    /** Called every few milliseconds. */
    void tick() {
        long now = nanos.getAsLong();
        boolean awaited = !watches.isEmpty() && now - heardNanos > SILENCE_MAX.toNanos();
        if ((health.isDown() || awaited) && !pinging.get() && health.mayCall(now)
            && pinging.compareAndSet(false, true)) {
            call(PeerMessages.ping(), PING_MAX, reply -> pinging.set(false));
        }
    }

    /** Records how a call of another kind ended. */
    void ended(Status status) {
        Change change = switch (status.getCode()) {
            case UNAVAILABLE -> health.failed(Failure.REFUSED, nanos.getAsLong());
            case DEADLINE_EXCEEDED -> health.failed(Failure.SILENT, nanos.getAsLong());
            case CANCELLED -> Change.NONE;
            default -> {
                heardNanos = nanos.getAsLong();
                yield health.answered();
            }
        };
        switch (change) {
            case NONE -> { }
            case WENT_DOWN -> {
                LOG.atWarn().addKeyValue("peer", node).addKeyValue("status", status.getCode())
                    .addKeyValue("text", firstLine(status)).log("peer does not answer");
                watches.forEach(Watch::giveUp);
            }
            case CAME_BACK -> {
                LOG.atInfo().addKeyValue("peer", node).log("peer answers again");
                returned.accept(node);
            }
        }
    }

    private static String firstLine(Status status) {
        String text = status.getDescription();
        return text == null ? "" : text.lines().findFirst().orElse("");
    }

    private void call(PeerMessage message, Duration answerMax, Consumer<Optional<PeerMessage>> answer) {
        ReplicationGrpc.newStub(channel).withDeadlineAfter(answerMax.toNanos(), TimeUnit.NANOSECONDS)
            .deliver(message, new StreamObserver<>() {
                private Optional<PeerMessage> reply = Optional.empty();

                @Override
                public void onNext(PeerMessage value) {
                    reply = Optional.of(value);
                }

                @Override
                public void onError(Throwable thrown) {
                    ended(Status.fromThrowable(thrown));
                    answer.accept(Optional.empty());
                }

                @Override
                public void onCompleted() {
                    ended(Status.OK);
                    answer.accept(reply);
                }
            });
    }
}
