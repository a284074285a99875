package dev.trine.server.replica;

import dev.trine.server.replication.Envelope;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** One delivered message that waits for the reply, if the step that it causes sends one back. */
final class Exchange {
    private final Envelope received;
    private final CompletableFuture<Optional<Envelope>> reply = new CompletableFuture<>();

    Exchange(Envelope received) {
        this.received = received;
    }

    Envelope received() {
        return received;
    }

    /** Takes the message as the reply. Returns false if it goes to somebody else, or there is a reply already. */
    boolean takes(Envelope sent) {
        return sent.target().equals(received.sender()) && reply.complete(Optional.of(sent));
    }

    /** The step is over. */
    void end() {
        reply.complete(Optional.empty());
    }

    /** The replica stopped before the step was over. */
    void fail(ReplicaStoppedException why) {
        reply.completeExceptionally(why);
    }

    Optional<Envelope> await(Duration max) throws InterruptedException, ReplicaStoppedException {
        return Waiting.await(reply, max).orElse(Optional.empty());
    }
}
