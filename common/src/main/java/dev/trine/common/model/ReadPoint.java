package dev.trine.common.model;

/** From which state of a repository a read must be served, and which rule allows a node to serve it. */
public sealed interface ReadPoint {
    /** Generation in force; a node of another generation refuses. */
    long generation();

    /** State that must be contained in what is served. */
    Position minimum();

    /** The node's own committed version is at least the minimum's. */
    record Committed(long generation, Position minimum) implements ReadPoint {
    }

    /** Two nodes proved the minimum committed: the node first commits up to it. */
    record Proof(long generation, Position minimum) implements ReadPoint {
    }

    /** The node holds the lock at that epoch: it waits, for a bounded time, until the minimum is committed. */
    record AsHolder(long generation, Position minimum, Epoch holder) implements ReadPoint {
    }

    /** The caller accepts a state that may be older than the newest acknowledged one. */
    record StaleAllowed(long generation, Position minimum) implements ReadPoint {
    }
}
