package dev.trine.server.replica;

import dev.trine.common.config.ByteSize;
import dev.trine.common.config.Default;
import java.time.Duration;

/**
 * What an operator may set about the Git storage that misbehaves.
 *
 * @param repairRetry a repair that failed is tried again after so long, then after twice that, up to a minute
 * @param scrubRate   so many bytes a second are read to find damage before it is needed; 0: none
 * @param scrubEvery  a round over all packs begins so long after the last one began
 */
public record SafetySettings(@Default("1s") Duration repairRetry, @Default("16m") ByteSize scrubRate,
                             @Default("7d") Duration scrubEvery) {
    /** What holds where the configuration says nothing. */
    public static final SafetySettings DEFAULT =
        new SafetySettings(Duration.ofSeconds(1), new ByteSize(16 << 20), Duration.ofDays(7));

    public SafetySettings {
        if (repairRetry.isZero()) {
            throw new IllegalArgumentException("repair-retry of 0 would try without a pause");
        }
    }
}
