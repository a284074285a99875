package dev.trine.server.replica;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Waits for something that a replica's loop will say once. */
final class Waiting {
    private Waiting() {
    }

    /** What it said; empty: nothing in time. */
    static <T> Optional<T> await(CompletableFuture<T> said, Duration max)
        throws InterruptedException, ReplicaStoppedException {
        try {
            return Optional.of(said.get(max.toNanos(), TimeUnit.NANOSECONDS));
        } catch (TimeoutException e) {
            return Optional.empty();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof ReplicaStoppedException stopped) {
                throw stopped;
            }
            throw new IllegalStateException("a replica's loop failed while somebody waited", e.getCause());
        }
    }
}
