package dev.trine.ssh;

import dev.trine.common.config.ByteSize;
import dev.trine.common.config.Default;
import java.time.Duration;

/**
 * What SSH clients may take up.
 *
 * @param sessionsMax     connections at a time, those that have not signed in yet included
 * @param exchangesMax    fetches and pushes at a time, on all connections; each takes up to its window and 1 MB more
 * @param channelsMax     operations at a time on one connection
 * @param authAttemptsMax keys that a client may offer on one connection
 * @param authMax         time to sign in
 * @param idleMax         a connection on which no byte moves for that long is closed
 * @param window          bytes of a push that may wait in memory for the node, per operation; a large window makes
 *                        pushes over long distances faster
 * @param stopMax         time that running operations have to finish when the proxy stops
 */
public record SshLimits(@Default("1000") int sessionsMax, @Default("300") int exchangesMax,
                        @Default("10") int channelsMax, @Default("20") int authAttemptsMax,
                        @Default("30s") Duration authMax, @Default("15m") Duration idleMax,
                        @Default("2m") ByteSize window,
                        @Default("10s") Duration stopMax) {
    private static final long WINDOW_BYTES_MIN = 64 * 1024;
    private static final long WINDOW_BYTES_MAX = 1L << 30;

    public SshLimits {
        if (sessionsMax < 1 || exchangesMax < 1 || channelsMax < 1 || authAttemptsMax < 1) {
            throw new IllegalArgumentException("sessions-max, exchanges-max, channels-max and"
                + " auth-attempts-max are at least 1");
        }
        if (window.bytes() < WINDOW_BYTES_MIN || window.bytes() > WINDOW_BYTES_MAX) {
            throw new IllegalArgumentException("window is between 64k and 1g");
        }
    }
}
