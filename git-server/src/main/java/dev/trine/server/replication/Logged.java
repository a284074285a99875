package dev.trine.server.replication;

import dev.trine.common.model.Position;

/** An entry as it lies in a log and travels between nodes: with the chain value up to and including it. */
public record Logged(LogEntry entry, Chain chain) {
    /** Where it lies. */
    public Position position() {
        return entry.position();
    }

    /** Version of its position. */
    public long version() {
        return entry.position().version();
    }
}
