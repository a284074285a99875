package dev.trine.inspector.admin;

import dev.trine.proto.PackCacheStatus;

/**
 * A node's kept packs as they are shown; counted since it started.
 *
 * @param hits   fetches that were sent a kept pack
 * @param joins  fetches that were sent a pack while it was made for another
 * @param misses fetches whose pack was made and kept
 * @param alone  fetches whose pack was made for them only
 * @param packs  packs kept now
 * @param bytes  of disk that they take
 */
record PackCacheView(long hits, long joins, long misses, long alone, long packs, long bytes) {
    static PackCacheView of(PackCacheStatus status) {
        return new PackCacheView(status.getHits(), status.getJoins(), status.getMisses(), status.getAlone(),
            status.getPacks(), status.getBytes());
    }

    /** How many of all packs that were sent did not have to be made. */
    String text() {
        return (hits + joins) + " of " + (hits + joins + misses + alone);
    }
}
