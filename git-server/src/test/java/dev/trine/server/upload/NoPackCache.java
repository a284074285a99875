package dev.trine.server.upload;

import dev.trine.common.config.ByteSize;
import dev.trine.server.kept.CacheLimits;
import dev.trine.server.kept.StreamCache;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;

/** A pack cache that keeps nothing. */
final class NoPackCache {
    private NoPackCache() {
    }

    static StreamCache in(Path directory) {
        try {
            return StreamCache.open(directory.resolve("no-cache"),
                new CacheLimits(new ByteSize(0), new ByteSize(0), 1), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
