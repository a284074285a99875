package dev.trine.server.repo;

import org.eclipse.jgit.internal.storage.pack.PackWriter;
import org.eclipse.jgit.lib.ObjectReader;
import org.eclipse.jgit.storage.pack.PackConfig;

/** JGit's pack writer, set up for a purpose; each on one thread and with bounded memory. */
final class PackWriters {
    private static final long DELTA_CACHE_BYTES = 64 << 20;
    private static final long DELTA_WINDOW_BYTES = 128 << 20;

    private PackWriters() {
    }

    /** Copies what is stored and searches for no deltas. */
    static PackWriter copying(ObjectReader reader) {
        PackConfig config = new PackConfig();
        config.setDeltaCompress(false);
        config.setBuildBitmaps(false);
        return writer(config, reader);
    }

    /** Copies deltas, searches for those that are missing, and makes a bitmap. */
    static PackWriter compressing(ObjectReader reader) {
        PackConfig config = new PackConfig();
        config.setDeltaCacheSize(DELTA_CACHE_BYTES);
        config.setDeltaSearchMemoryLimit(DELTA_WINDOW_BYTES);
        config.setBuildBitmaps(true);
        return writer(config, reader);
    }

    private static PackWriter writer(PackConfig config, ObjectReader reader) {
        config.setThreads(1);
        config.setIndexVersion(2);
        PackWriter writer = new PackWriter(config, reader);
        writer.setDeltaBaseAsOffset(true);
        writer.setReuseDeltaCommits(true);
        writer.setReuseValidatingObjects(true); // what went bad on the disk is not handed on
        return writer;
    }
}
