package dev.trine.ssh;

import dev.trine.common.config.ByteSize;
import dev.trine.common.config.Default;
import java.time.Duration;

/**
 * What SSH clients may take up.
 *
 * @param sessionsMax           connections at a time, those that have not signed in yet included
 * @param sessionsPerAddressMax connections at a time from one address
 * @param sessionsPerUserMax    connections at a time of one user, or of one key that acts for itself
 * @param exchangesMax          fetches and pushes at a time, on all connections; each takes up to its window and 1 MB
 *                              more
 * @param channelsMax           operations at a time on one connection
 * @param authAttemptsMax       keys that a client may offer on one connection
 * @param authMax               time to sign in
 * @param idleMax               a connection on which no byte moves for that long is closed
 * @param sessionMax            a connection that has lasted for that long is closed, whatever it does
 * @param keepAlive             while an operation runs, the client hears something at least that often, so that what
 *                              lies between does not take the connection for dead
 * @param window                bytes of a push that may wait in memory for the node, per operation; a large window
 *                              makes pushes over long distances faster
 * @param stopMax               time that running operations have to finish when the proxy stops
 * @param bans                  what becomes of addresses from which sign-ins fail
 */
public record SshLimits(@Default("1000") int sessionsMax, @Default("500") int sessionsPerAddressMax,
                        @Default("500") int sessionsPerUserMax, @Default("300") int exchangesMax,
                        @Default("10") int channelsMax, @Default("20") int authAttemptsMax,
                        @Default("30s") Duration authMax, @Default("15m") Duration idleMax,
                        @Default("24h") Duration sessionMax, @Default("30s") Duration keepAlive,
                        @Default("2m") ByteSize window, @Default("10s") Duration stopMax,
                        @Default("{}") Bans bans) {
    private static final long WINDOW_BYTES_MIN = 64 * 1024;
    private static final long WINDOW_BYTES_MAX = 1L << 30;

    public SshLimits {
        if (sessionsMax < 1 || sessionsPerAddressMax < 1 || sessionsPerUserMax < 1 || exchangesMax < 1
            || channelsMax < 1 || authAttemptsMax < 1) {
            throw new IllegalArgumentException("sessions-max, sessions-per-address-max, sessions-per-user-max,"
                + " exchanges-max, channels-max and auth-attempts-max are at least 1");
        }
        if (authMax.toMillis() < 1 || idleMax.toMillis() < 1 || sessionMax.toMillis() < 1
            || keepAlive.toMillis() < 1) {
            throw new IllegalArgumentException(
                "auth-max, idle-max, session-max and keep-alive are longer than nothing");
        }
        if (window.bytes() < WINDOW_BYTES_MIN || window.bytes() > WINDOW_BYTES_MAX) {
            throw new IllegalArgumentException("window is between 64k and 1g");
        }
    }
}
