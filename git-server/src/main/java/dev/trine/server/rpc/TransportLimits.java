package dev.trine.server.rpc;

import dev.trine.common.config.Default;
import java.time.Duration;

/**
 * How long an exchange with a Git client may stand still.
 *
 * @param idleMax longest wait for the client's next bytes, or for it to take ours; a client that prepares a large push
 *                says nothing for minutes
 */
public record TransportLimits(@Default("15m") Duration idleMax) {
    /** The limits that a node has unless told otherwise. */
    public static final TransportLimits DEFAULT = new TransportLimits(Duration.ofMinutes(15));

    public TransportLimits {
        if (idleMax.isNegative() || idleMax.isZero()) {
            throw new IllegalArgumentException("idle-max must be longer than nothing");
        }
    }
}
