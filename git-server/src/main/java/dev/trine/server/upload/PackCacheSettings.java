package dev.trine.server.upload;

import dev.trine.common.config.ByteSize;
import dev.trine.common.config.Default;
import dev.trine.server.kept.CacheLimits;

/**
 * How much of the disk keeps packs that were sent, for those who fetch the same again.
 *
 * @param size     bytes of all kept packs; 0: none is kept, and equal fetches at the same time share nothing
 * @param packMax  greatest pack that is kept; a clone of a repository with more bytes of packs is not tried
 * @param packsMax kept packs; each holds a file open
 */
public record PackCacheSettings(@Default("4g") ByteSize size, @Default("1g") ByteSize packMax,
                                @Default("1000") int packsMax) {
    /** What a node has unless told otherwise. */
    public static final PackCacheSettings DEFAULT =
        new PackCacheSettings(new ByteSize(4L << 30), new ByteSize(1L << 30), 1000);

    public PackCacheSettings {
        if (packsMax < 1) {
            throw new IllegalArgumentException("packs-max is at least 1; size 0 keeps no packs");
        }
    }

    /** As the cache takes them. */
    public CacheLimits limits() {
        return new CacheLimits(size, packMax, packsMax);
    }
}
