package dev.trine.server.rpc;

import dev.trine.common.config.Default;
import dev.trine.common.live.LiveSettings;
import dev.trine.common.live.Overlay;
import java.time.Duration;
import java.util.stream.IntStream;

/**
 * How many exchanges with Git clients go on at once, and how long one may stand still. Each takes about half a megabyte
 * of buffers, beside what the service needs; to be sent a pack that lies there takes no more than this.
 *
 * @param idleMax            longest wait for the client's next bytes, or for it to take ours; a client that prepares a
 *                           large push says nothing for minutes
 * @param callsMax           calls at once; further ones are refused
 * @param repositoryCallsMax calls at once for one repository
 * @param userCallsMax       calls at once of one user, deploy key or token that acts for itself
 * @param addressCallsMax    calls at once from one network address
 * @param anonymousCallsMax  calls at once of all who did not sign in
 */
public record TransportLimits(@Default("15m") Duration idleMax, @Default("1024") int callsMax,
                              @Default("640") int repositoryCallsMax, @Default("640") int userCallsMax,
                              @Default("640") int addressCallsMax, @Default("256") int anonymousCallsMax) {
    /** The limits that a node has unless told otherwise. */
    public static final TransportLimits DEFAULT =
        new TransportLimits(Duration.ofMinutes(15), 1024, 640, 640, 640, 256);

    public TransportLimits {
        if (idleMax.isNegative() || idleMax.isZero()) {
            throw new IllegalArgumentException("idle-max must be longer than nothing");
        }
        if (IntStream.of(callsMax, repositoryCallsMax, userCallsMax, addressCallsMax).min().orElseThrow() < 1) {
            throw new IllegalArgumentException(
                "calls-max, repository-calls-max, user-calls-max and address-calls-max must be at least 1");
        }
        if (anonymousCallsMax < 0) {
            throw new IllegalArgumentException("anonymous-calls-max is at least 0");
        }
    }

    /** These limits, but for those that are set live. */
    public TransportLimits with(Overlay live) {
        return new TransportLimits(idleMax, live.get(LiveSettings.CALLS_MAX, callsMax),
            live.get(LiveSettings.REPOSITORY_CALLS_MAX, repositoryCallsMax),
            live.get(LiveSettings.USER_CALLS_MAX, userCallsMax),
            live.get(LiveSettings.ADDRESS_CALLS_MAX, addressCallsMax),
            live.get(LiveSettings.ANONYMOUS_CALLS_MAX, anonymousCallsMax));
    }
}
