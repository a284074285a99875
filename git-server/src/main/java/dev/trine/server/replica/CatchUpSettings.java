package dev.trine.server.replica;

import dev.trine.common.config.ByteSize;
import dev.trine.common.config.Default;
import java.time.Duration;

/**
 * What catching up may cost.
 *
 * @param bandwidth bytes per second that this node takes from peers, and gives to them, for it; 0: no limit
 * @param parallel  how many repositories are copied whole at the same time
 * @param copyKeep  what an interrupted copy left is kept so long
 * @param retiredCopies when so many of its three new members have a repository that has moved away, it is removed here
 */
public record CatchUpSettings(@Default("256m") ByteSize bandwidth, @Default("4") int parallel,
                              @Default("1d") Duration copyKeep, @Default("2") int retiredCopies) {
    /** What holds where the configuration says nothing. */
    public static final CatchUpSettings DEFAULT =
        new CatchUpSettings(new ByteSize(256L << 20), 4, Duration.ofDays(1), 2);

    public CatchUpSettings {
        if (retiredCopies < 2 || retiredCopies > 3) {
            throw new IllegalArgumentException("retired-copies is 2 or 3");
        }
        if (parallel < 1 || parallel > 1_000) {
            throw new IllegalArgumentException("parallel is 1 to 1000");
        }
        if (bandwidth.bytes() != 0 && bandwidth.bytes() < 1 << 16) {
            throw new IllegalArgumentException("bandwidth of less than 64k; 0: no limit");
        }
    }
}
