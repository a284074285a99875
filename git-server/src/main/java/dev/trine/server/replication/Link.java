package dev.trine.server.replication;

import dev.trine.common.model.Position;

/**
 * A committed entry and the chain value up to it, which together name the whole history below: two nodes that are on
 * the same history have the same link at each version that both have committed.
 */
public record Link(Position at, Chain chain) {
    /** Whether no history contains both: they are of one version and not the same. */
    public boolean contradicts(Link other) {
        return at.version() == other.at.version() && !equals(other);
    }

    @Override
    public String toString() {
        return at + " with chain " + chain.hex();
    }
}
