package dev.trine.server.repo;

/**
 * What a received pack may hold at most; beyond, it is unusable.
 *
 * @param packBytesMax   length of the packfile as sent, in bytes
 * @param objectsMax     number of objects; each costs about 100 bytes of heap while the pack is indexed
 * @param objectBytesMax size of one object, inflated, in bytes
 * @param deltaDepthMax  length of a delta chain; Git's own limit is 4095
 */
public record PackLimits(long packBytesMax, int objectsMax, long objectBytesMax, int deltaDepthMax) {
    /** 16 GiB, 20 million objects, 2 GiB an object, 4095 deltas. */
    public static final PackLimits DEFAULT = new PackLimits(16L << 30, 20_000_000, 2L << 30, 4095);

    public PackLimits {
        if (packBytesMax < 1 || objectsMax < 1 || objectBytesMax < 1 || deltaDepthMax < 0) {
            throw new IllegalArgumentException("pack limits must be positive: " + packBytesMax + ", " + objectsMax
                + ", " + objectBytesMax + ", " + deltaDepthMax);
        }
    }
}
