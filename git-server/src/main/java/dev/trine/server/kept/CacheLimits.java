package dev.trine.server.kept;

import dev.trine.common.config.ByteSize;

/**
 * How much of the disk a cache may take.
 *
 * @param size     bytes of all that is kept; 0: nothing is
 * @param eachMax  greatest stream that is kept
 * @param countMax kept streams; each holds a file open
 */
public record CacheLimits(ByteSize size, ByteSize eachMax, int countMax) {
}
