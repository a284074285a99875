package dev.trine.common.relay;

import dev.trine.common.config.ByteSize;
import dev.trine.common.config.Default;
import java.time.Duration;

/**
 * How long a front door waits for the cluster.
 *
 * @param routerAnswerMax longest wait for one answer of the shard router
 * @param attemptsMax     nodes that are tried for one exchange, the first included
 * @param nodeAnswerMax   longest wait for the first byte of a ref advertisement before another node is tried
 * @param idleMax         an exchange in which no byte moves for that long is given up
 * @param window          bytes of a node's answer that may wait in the network's buffers for one slow client; with a
 *                        distance of 1 ms to the node, 128k lets 125 MB a second through. Such a buffer holds frames of
 *                        several clients, and is kept while any of them waits: they take some five times this
 * @param recheck         how often it is looked whether the credentials of exchanges under way still work
 * @param movingMax       large answers that are moved at the same moment, the others wait for some milliseconds each
 *                        time; 0: one for each processor
 * @param startingMax     exchanges that begin at the same moment, the others wait for some milliseconds; 0: two for
 *                        each processor. While processors are short, only a quarter of it reads at the same moment
 */
public record RelaySettings(@Default("10s") Duration routerAnswerMax, @Default("4") int attemptsMax,
                            @Default("10s") Duration nodeAnswerMax, @Default("10m") Duration idleMax,
                            @Default("128k") ByteSize window, @Default("5s") Duration recheck,
                            @Default("0") int movingMax, @Default("0") int startingMax) {
    private static final int STARTING = 2;
    private static final long WINDOW_BYTES_MIN = 64 * 1024;
    private static final long WINDOW_BYTES_MAX = 64 * 1024 * 1024;

    public RelaySettings {
        if (recheck.toMillis() < 10) {
            throw new IllegalArgumentException("recheck is at least 10ms");
        }
        if (movingMax < 0 || startingMax < 0) {
            throw new IllegalArgumentException("moving-max and starting-max are 0 or more");
        }
        if (attemptsMax < 1 || attemptsMax > 20) {
            throw new IllegalArgumentException("attempts-max is between 1 and 20");
        }
        if (window.bytes() < WINDOW_BYTES_MIN || window.bytes() > WINDOW_BYTES_MAX) {
            throw new IllegalArgumentException("window is between 64k and 64m");
        }
    }

    int movingAtOnce() {
        return movingMax > 0 ? movingMax : Runtime.getRuntime().availableProcessors();
    }

    int startingAtOnce() {
        return startingMax > 0 ? startingMax : STARTING * Runtime.getRuntime().availableProcessors();
    }
}
