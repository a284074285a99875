package dev.trine.http;

import dev.trine.common.config.ByteSize;
import dev.trine.common.config.Default;
import java.time.Duration;

/**
 * What HTTP clients may take up.
 *
 * @param connectionsMax connections at a time; further ones wait to be accepted; each takes up to about 1 MB
 * @param headerMax      bytes of a request's line and headers
 * @param inflatedMax    bytes that a gzip request body may have when unpacked; what is larger has to come as it is
 * @param idleMax        a connection on which the client should send or take bytes, and does not for that long, is
 *                       closed
 * @param exchangeMax    time for one request, from its headers to the last byte of the answer
 * @param drainMax       time to go on reading a request body after the answer is known, so that the client gets it
 * @param stopMax        time that running requests have to finish when the proxy stops
 */
public record HttpLimits(@Default("1000") int connectionsMax, @Default("16k") ByteSize headerMax,
                         @Default("64m") ByteSize inflatedMax, @Default("2m") Duration idleMax,
                         @Default("12h") Duration exchangeMax, @Default("30s") Duration drainMax,
                         @Default("10s") Duration stopMax) {
    private static final long HEADER_BYTES_MIN = 4 * 1024;
    private static final long HEADER_BYTES_MAX = 1024 * 1024;

    public HttpLimits {
        if (connectionsMax < 1) {
            throw new IllegalArgumentException("connections-max is at least 1");
        }
        if (headerMax.bytes() < HEADER_BYTES_MIN || headerMax.bytes() > HEADER_BYTES_MAX) {
            throw new IllegalArgumentException("header-max is between 4k and 1m");
        }
        if (!idleMax.isPositive() || !exchangeMax.isPositive()) {
            throw new IllegalArgumentException("idle-max and exchange-max are longer than 0s");
        }
    }
}
