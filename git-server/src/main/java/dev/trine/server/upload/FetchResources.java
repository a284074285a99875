package dev.trine.server.upload;

/**
 * What all fetches of a node share.
 *
 * @param cache   packs that were made
 * @param clones  turns of those that have to walk
 * @param offsets of entries of packs that others were cut out of lately
 */
record FetchResources(PackCache cache, WalkedClones clones, PackOffsets.Known offsets) {
}
