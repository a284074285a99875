package dev.trine.router.version;

import java.time.Duration;

/**
 * Bounds of one route.
 *
 * @param deadline        longest time from question to route, repair included
 * @param patience        how long two answers wait for a third that could spare a repair
 * @param quorumPatience  how long a request that finds fewer than two nodes looks again before it is refused
 * @param allowStaleReads reads may be served from one node's committed state when freshness cannot be proven
 */
public record RouteLimits(Duration deadline, Duration patience, Duration quorumPatience, boolean allowStaleReads) {
}
