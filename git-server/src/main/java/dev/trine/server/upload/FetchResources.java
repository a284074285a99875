package dev.trine.server.upload;

/**
 * What all fetches of a node share.
 *
 * @param cache   packs that were made
 * @param clones  turns of those that have to walk
 * @param offsets of entries of packs that others were cut out of lately
 * @param wholes  entries that were written into packs lately though they are not stored like that
 */
record FetchResources(PackCache cache, WalkedClones clones, PackOffsets.Known offsets, WholeEntries.Known wholes) {
}
