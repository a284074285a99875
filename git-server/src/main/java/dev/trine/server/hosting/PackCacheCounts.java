package dev.trine.server.hosting;

/**
 * What a node's cache of fetched packs has done since the node started, and what it holds now.
 *
 * @param hits   fetches that were sent a pack which lay there whole
 * @param joins  fetches that were sent a pack while it was made for another
 * @param misses fetches whose pack was made and kept
 * @param alone  fetches whose pack was made for them only: too big, no room, or nothing is kept
 * @param packs  packs that it holds now
 * @param bytes  bytes that it holds now, with those of packs that it has given up and somebody still reads
 */
public record PackCacheCounts(long hits, long joins, long misses, long alone, int packs, long bytes) {
}
