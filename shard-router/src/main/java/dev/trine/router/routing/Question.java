package dev.trine.router.routing;

/**
 * What is to be decided.
 *
 * @param operation    what the client wants
 * @param placement    where the asker believes the repository to live
 * @param staleAllowed reads may be served from one node's committed state when freshness cannot be proven
 * @param preferences  among nodes that may serve
 */
public record Question(Operation operation, Placement placement, boolean staleAllowed, Preferences preferences) {
}
