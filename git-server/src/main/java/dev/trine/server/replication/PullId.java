package dev.trine.server.replication;

/** Names one received pull whose refs and pack wait on this node to be switched to; chosen by the driver. */
public record PullId(long number) {
}
