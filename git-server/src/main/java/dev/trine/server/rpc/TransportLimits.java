package dev.trine.server.rpc;

import dev.trine.common.config.Default;
import java.time.Duration;

/**
 * How many exchanges with Git clients go on at once, and how long one may stand still. Each takes about half a megabyte
 * of buffers, beside what the service needs.
 *
 * @param idleMax            longest wait for the client's next bytes, or for it to take ours; a client that prepares a
 *                           large push says nothing for minutes
 * @param callsMax           calls at once; further ones are refused
 * @param repositoryCallsMax calls at once for one repository
 */
public record TransportLimits(@Default("15m") Duration idleMax, @Default("512") int callsMax,
                              @Default("256") int repositoryCallsMax) {
    /** The limits that a node has unless told otherwise. */
    public static final TransportLimits DEFAULT = new TransportLimits(Duration.ofMinutes(15), 512, 256);

    public TransportLimits {
        if (idleMax.isNegative() || idleMax.isZero()) {
            throw new IllegalArgumentException("idle-max must be longer than nothing");
        }
        if (callsMax < 1 || repositoryCallsMax < 1) {
            throw new IllegalArgumentException("calls-max and repository-calls-max must be at least 1");
        }
    }
}
