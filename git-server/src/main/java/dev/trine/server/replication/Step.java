package dev.trine.server.replication;

import java.util.List;

/**
 * What the driver must do after one message, in this order and before it gives the replica the next message: carry out
 * {@code before}, write {@code batch} and wait until it is synced (if that fails, stop the process), carry out
 * {@code after}. Because the next message waits for the sync, nothing that depends on it can leave too early.
 */
public record Step(List<Effect> before, Batch batch, List<Effect> after) {
    public Step {
        before = List.copyOf(before);
        after = List.copyOf(after);
    }
}
