package dev.trine.server.upload;

import dev.trine.common.config.ByteSize;
import dev.trine.common.config.Default;
import java.time.Duration;

/**
 * What one client may cost.
 *
 * @param wantsMax             wants in one fetch
 * @param havesMax             haves in one fetch
 * @param requestMax           bytes of one request
 * @param objectInfoMax        objects in one object-info request
 * @param walkedClonesMax      clones at once whose objects have to be found by walking, for want of a bitmap; each
 *                             takes a processor and on the order of 100 MB of heap
 * @param walkedCloneWaitMax   how long such a clone waits for its turn before it is refused
 */
public record UploadLimits(
    @Default("1000000") int wantsMax,
    @Default("1000000") int havesMax,
    @Default("128m") ByteSize requestMax,
    @Default("10000") int objectInfoMax,
    @Default("4") int walkedClonesMax,
    @Default("5m") Duration walkedCloneWaitMax) {
    /** The limits that a node has unless told otherwise. */
    public static final UploadLimits DEFAULT =
        new UploadLimits(1_000_000, 1_000_000, new ByteSize(128L << 20), 10_000, 4, Duration.ofMinutes(5));

    public UploadLimits {
        if (wantsMax < 1 || havesMax < 1 || objectInfoMax < 1 || walkedClonesMax < 1) {
            throw new IllegalArgumentException("every limit of uploads is at least 1");
        }
    }
}
