package dev.trine.server.upload;

/**
 * What all fetches of a node share.
 *
 * @param cache  packs that were made
 * @param clones turns of those that have to walk
 */
record FetchResources(PackCache cache, WalkedClones clones) {
}
