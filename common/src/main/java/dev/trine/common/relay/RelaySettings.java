package dev.trine.common.relay;

import dev.trine.common.config.Default;
import java.time.Duration;

/**
 * How long a front door waits for the cluster.
 *
 * @param routerAnswerMax longest wait for one answer of the shard router
 * @param attemptsMax     nodes that are tried for one exchange, the first included
 * @param nodeAnswerMax   longest wait for the first byte of a ref advertisement before another node is tried
 * @param idleMax         an exchange in which no byte moves for that long is given up
 */
public record RelaySettings(@Default("10s") Duration routerAnswerMax, @Default("4") int attemptsMax,
                            @Default("10s") Duration nodeAnswerMax, @Default("10m") Duration idleMax) {
    public RelaySettings {
        if (attemptsMax < 1 || attemptsMax > 20) {
            throw new IllegalArgumentException("attempts-max is between 1 and 20");
        }
    }
}
