package dev.trine.server.content;

import dev.trine.common.config.ByteSize;
import dev.trine.common.config.Default;

/**
 * What a single file may cost.
 *
 * @param sizeMax bytes of a file that is sent by itself
 */
public record RawSettings(@Default("512m") ByteSize sizeMax) {
    /** What a node has unless told otherwise. */
    public static final RawSettings DEFAULT = new RawSettings(new ByteSize(512L << 20));
}
