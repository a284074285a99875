package dev.trine.common.audit;

import dev.trine.common.config.ByteSize;
import dev.trine.common.config.Default;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * How a service keeps its audit.
 *
 * @param dir          directory of its files, which no other service shares
 * @param keep         how long after it was begun a file is kept, at least; a new one is begun each day
 * @param fileMax      size at which a new file is begun
 * @param dirMax       what all files together may take; beyond, the oldest are removed before their time
 * @param queueMax     events that wait for the disk at once
 * @param queueSizeMax memory that these take, about
 * @param syncMax      longest time until what was written is synced to disk
 * @param whenFull     what happens while the audit cannot be written
 */
public record AuditSettings(Optional<Path> dir, @Default("400d") Duration keep, @Default("64m") ByteSize fileMax,
                            @Default("10g") ByteSize dirMax, @Default("20000") int queueMax,
                            @Default("64m") ByteSize queueSizeMax, @Default("200ms") Duration syncMax,
                            @Default("go-on") WhenFull whenFull) {
    private static final long FILE_BYTES_MIN = 4096;
    private static final int QUEUE_MIN = 2;
    private static final int QUEUE_MAX = 1_000_000;
    private static final ByteSize QUEUE_SIZE_MIN = new ByteSize(2 << 20); // the greatest event takes less than half

    public AuditSettings {
        if (fileMax.bytes() < FILE_BYTES_MIN) {
            throw new IllegalArgumentException("file-max is at least 4k");
        }
        if (dirMax.bytes() / 2 < fileMax.bytes()) {
            throw new IllegalArgumentException("dir-max is at least twice file-max");
        }
        if (queueMax < QUEUE_MIN || queueMax > QUEUE_MAX) {
            throw new IllegalArgumentException("queue-max is between " + QUEUE_MIN + " and " + QUEUE_MAX);
        }
        if (queueSizeMax.bytes() < QUEUE_SIZE_MIN.bytes()) {
            throw new IllegalArgumentException("queue-size-max is at least 2m");
        }
        if (keep.toDays() < 1) {
            throw new IllegalArgumentException("keep is at least 1d");
        }
    }

    /** No audit. */
    public static AuditSettings none() {
        return new AuditSettings(Optional.empty(), Duration.ofDays(400), new ByteSize(64 << 20),
            new ByteSize(10L << 30), 20_000, new ByteSize(64 << 20), Duration.ofMillis(200), WhenFull.GO_ON);
    }

    /** An audit in that directory, if no other is set. */
    public AuditSettings orIn(Path directory) {
        return new AuditSettings(Optional.of(dir.orElse(directory)), keep, fileMax, dirMax, queueMax,
            queueSizeMax, syncMax, whenFull);
    }
}
