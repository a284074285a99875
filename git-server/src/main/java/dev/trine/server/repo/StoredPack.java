package dev.trine.server.repo;

import dev.trine.common.model.PackName;
import java.time.Instant;

/**
 * A pack as it lies on disk.
 *
 * @param name       its name
 * @param packBytes  length of the pack file, in bytes
 * @param indexBytes length of the index file, in bytes
 * @param objects    number of objects
 * @param bitmap     whether a bitmap index lies beside it: it is the repository's main pack
 * @param written    when it was written; a pack of unreachable objects keeps the time of its newest source
 */
public record StoredPack(PackName name, long packBytes, long indexBytes, long objects, boolean bitmap,
                         Instant written) {
}
