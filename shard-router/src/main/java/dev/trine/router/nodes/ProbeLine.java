package dev.trine.router.nodes;

import dev.trine.proto.PeerMessage;
import dev.trine.proto.ReplicationGrpc;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Probes to one node: whatever is asked while a message to it is being written goes with the next one, on one stream. A
 * thread writes while there is something to write; soon after, the stream ends. Any thread.
 */
final class ProbeLine {
    private static final Logger LOG = LoggerFactory.getLogger(ProbeLine.class);
    /** Most questions in one message, as the service says. */
    private static final int MESSAGE_MAX = 256;
    private static final Duration IDLE_MAX = Duration.ofMillis(100);

    private final Supplier<ReplicationGrpc.ReplicationStub> node;
    private final Duration deadline;
    private final LinkedBlockingQueue<Question> waiting = new LinkedBlockingQueue<>();
    private final AtomicBoolean writing = new AtomicBoolean();

    /**
     * A line on which nothing is asked yet.
     *
     * @param node     the node's service
     * @param deadline for each answer
     */
    ProbeLine(Supplier<ReplicationGrpc.ReplicationStub> node, Duration deadline) {
        this.node = node;
        this.deadline = deadline;
    }

    /**
     * One probe.
     *
     * @param message  as it is sent
     * @param endNanos when its answer is too late, on the clock of {@link System#nanoTime()}
     * @param outcome  is told the reply, or else why there is none; once
     */
    record Question(PeerMessage message, long endNanos, BiConsumer<Optional<PeerMessage>, String> outcome) {
        void failed(String problem) {
            outcome.accept(Optional.empty(), problem);
        }

        void answered(PeerMessage reply) {
            outcome.accept(Optional.of(reply), "");
        }
    }

    /**
     * Asks the node. The outcome comes on another thread: a reply, or what went wrong, within the deadline or, if the
     * stream's turn to end came between, {@link ProbeStream#AGE_MAX} later.
     */
    void ask(PeerMessage message, BiConsumer<Optional<PeerMessage>, String> outcome) {
        waiting.add(new Question(message, System.nanoTime() + deadline.toNanos(), outcome));
        if (writing.compareAndSet(false, true)) {
            Thread.startVirtualThread(this::write);
        }
    }

    private void write() {
        Optional<ProbeStream> stream = Optional.empty();
        while (true) {
            List<Question> together = next();
            stream = stream.filter(open -> open.isUsable(System.nanoTime()));
            if (!together.isEmpty()) {
                stream = send(stream, together);
            } else if (stream.filter(ProbeStream::awaits).isEmpty()) {
                stream.ifPresent(ProbeStream::end);
                stream = Optional.empty();
                writing.set(false);
                if (waiting.isEmpty() || !writing.compareAndSet(false, true)) {
                    return;
                }
            }
        }
    }

    /** What is to be asked now; empty: nothing for a while. */
    private List<Question> next() {
        List<Question> together = new ArrayList<>();
        try {
            Question first = waiting.poll(IDLE_MAX.toNanos(), TimeUnit.NANOSECONDS);
            if (first != null) {
                together.add(first);
                waiting.drainTo(together, MESSAGE_MAX - 1);
            }
        } catch (InterruptedException nobodyDoes) {
            Thread.currentThread().interrupt();
        }
        return together;
    }

    private Optional<ProbeStream> send(Optional<ProbeStream> open, List<Question> together) {
        ProbeStream stream;
        try {
            stream = open.orElseGet(() -> ProbeStream.open(node.get(), deadline));
        } catch (RuntimeException defect) {
            LOG.atError().setCause(defect).log("probes could not be sent");
            together.forEach(question -> question.failed("could not be asked: " + defect.getMessage()));
            return Optional.empty();
        }
        stream.send(together);
        return Optional.of(stream);
    }
}
