package dev.trine.server.upload;

import dev.trine.common.config.ByteSize;
import dev.trine.common.config.Default;
import java.time.Duration;
import java.util.stream.IntStream;

/**
 * What one client may cost.
 *
 * @param wantsMax             wants in one fetch
 * @param havesMax             haves in one fetch
 * @param shallowMax           boundary commits that a shallow client may state in one fetch
 * @param deepenNotMax         refs whose history one fetch may exclude
 * @param filterMax            characters of a filter
 * @param requestMax           bytes of one request
 * @param objectInfoMax        objects in one object-info request
 * @param walkedClonesMax      clones at once whose objects have to be found by walking, for want of a bitmap; each
 *                             takes a processor and on the order of 100 MB of heap
 * @param walkedCloneWaitMax   how long such a clone waits for its turn before it is refused
 */
public record UploadLimits(
    @Default("500000") int wantsMax,
    @Default("250000") int havesMax,
    @Default("100000") int shallowMax,
    @Default("1000") int deepenNotMax,
    @Default("1000") int filterMax,
    @Default("64m") ByteSize requestMax,
    @Default("10000") int objectInfoMax,
    @Default("4") int walkedClonesMax,
    @Default("5m") Duration walkedCloneWaitMax) {
    /** The limits that a node has unless told otherwise. */
    public static final UploadLimits DEFAULT =
        new UploadLimits(500_000, 250_000, 100_000, 1000, 1000, new ByteSize(64L << 20), 10_000, 4,
            Duration.ofMinutes(5));

    public UploadLimits {
        if (IntStream.of(wantsMax, havesMax, shallowMax, deepenNotMax, filterMax, objectInfoMax, walkedClonesMax).min()
            .orElseThrow() < 1) {
            throw new IllegalArgumentException("every limit of fetches is at least 1");
        }
    }
}
