package dev.trine.server.store;

/**
 * Told that the disk can no longer be trusted: a write or sync failed, so what is durable is unknown. Must end the
 * process without retrying; after a restart the disk's own recovery says what is there. Called by a writing thread, at
 * most once per store.
 */
@FunctionalInterface
public interface FatalHandler {
    /**
     * Ends the process.
     *
     * @param fact one sentence for the operator
     */
    void fatal(String fact, Throwable cause);
}
