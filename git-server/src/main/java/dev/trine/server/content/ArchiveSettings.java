package dev.trine.server.content;

import dev.trine.common.config.ByteSize;
import dev.trine.common.config.Default;
import dev.trine.server.kept.CacheLimits;

/**
 * What an archive may cost.
 *
 * @param sizeMax    bytes of all files in one archive, before compression
 * @param entriesMax files and directories that are looked at for one archive
 * @param cacheMax   disk for archives and large files that were made, for those who ask for the same; 0: none is kept
 */
public record ArchiveSettings(@Default("2g") ByteSize sizeMax, @Default("500000") int entriesMax,
                              @Default("2g") ByteSize cacheMax) {
    /** What a node has unless told otherwise. */
    public static final ArchiveSettings DEFAULT =
        new ArchiveSettings(new ByteSize(2L << 30), 500_000, new ByteSize(2L << 30));
    private static final int KEPT_MAX = 1000;

    public ArchiveSettings {
        if (entriesMax < 1) {
            throw new IllegalArgumentException("entries-max is at least 1");
        }
    }

    /** As the cache takes them. */
    public CacheLimits cacheLimits() {
        return new CacheLimits(cacheMax, cacheMax, KEPT_MAX);
    }
}
