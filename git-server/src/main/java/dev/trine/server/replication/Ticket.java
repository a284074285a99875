package dev.trine.server.replication;

/** Names one local request that waits for an answer; chosen by the driver, used once. */
public record Ticket(long number) {
}
