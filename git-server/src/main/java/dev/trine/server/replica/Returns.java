package dev.trine.server.replica;

import dev.trine.common.model.NodeId;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** Passes on that a peer answers again. Called by many threads. */
final class Returns implements Consumer<NodeId> {
    private final List<Consumer<NodeId>> listeners = new CopyOnWriteArrayList<>();

    /** From now on, that one is told too. */
    void tell(Consumer<NodeId> listener) {
        listeners.add(listener);
    }

    @Override
    public void accept(NodeId node) {
        listeners.forEach(listener -> listener.accept(node));
    }
}
