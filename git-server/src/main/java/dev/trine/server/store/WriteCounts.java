package dev.trine.server.store;

/**
 * What the store has written since it was opened.
 *
 * @param synced  writes that were durable when they returned
 * @param appends those of them that appended to a repository's log
 * @param entries log entries that they appended
 * @param fsyncs  calls of fsync for the database's log; writes that met shared one
 */
public record WriteCounts(long synced, long appends, long entries, long fsyncs) {
}
