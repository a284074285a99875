package dev.trine.http;

import dev.trine.common.config.ByteSize;
import dev.trine.common.config.Default;
import dev.trine.common.live.LiveSettings;
import dev.trine.common.live.Overlay;
import java.time.Duration;

/**
 * What HTTP clients may take up.
 *
 * @param connectionsMax        connections at a time; further ones wait to be accepted; each takes up to about 1 MB
 * @param requestsMax           requests at a time, those over HTTP/2 included; further ones are refused
 * @param requestsPerAddressMax requests at a time from one address; further ones are refused
 * @param streamsMax            requests at a time over one connection of HTTP/2
 * @param headerFor             time from connecting to the end of the first request's headers, and from the first byte
 *                              of a further request over HTTP/1.1; then the connection is closed
 * @param formFor               time for the form of a CI job that asks for a token, from its headers to its end
 * @param headerMax             bytes of a request's line and headers
 * @param inflatedMax           bytes that a gzip request body may have when unpacked; what is larger has to come as it
 *                              is
 * @param idleMax               a connection on which the client should send or take bytes, and does not for that long,
 *                              is closed
 * @param rateMin               bytes a second at which a client sends a request body and takes an answer at least, on
 *                              the average of the time for which it was waited for; 0: any
 * @param rateGrace             for how long a client may be waited for in all before the rate counts
 * @param exchangeMax           time for one request, from its headers to the last byte of the answer
 * @param drainMax              time to go on reading a request body after the answer is known, so that the client gets
 *                              it
 * @param stopNotice            time from when /readyz says that the proxy stops, which it does first, until it stops
 *                              listening
 * @param stopMax               time that running requests have to finish when the proxy stops
 */
public record HttpLimits(@Default("1000") int connectionsMax, @Default("1000") int requestsMax,
                         @Default("640") int requestsPerAddressMax, @Default("32") int streamsMax,
                         @Default("30s") Duration headerFor, @Default("10s") Duration formFor,
                         @Default("16k") ByteSize headerMax, @Default("64m") ByteSize inflatedMax,
                         @Default("2m") Duration idleMax,
                         @Default("500") ByteSize rateMin, @Default("1m") Duration rateGrace,
                         @Default("12h") Duration exchangeMax, @Default("30s") Duration drainMax,
                         @Default("0s") Duration stopNotice, @Default("10s") Duration stopMax) {
    private static final long HEADER_BYTES_MIN = 4 * 1024;
    private static final long HEADER_BYTES_MAX = 1024 * 1024;

    public HttpLimits {
        if (connectionsMax < 1 || requestsMax < 1 || requestsPerAddressMax < 1 || streamsMax < 1) {
            throw new IllegalArgumentException("connections-max is at least 1, as are requests-max,"
                + " requests-per-address-max and streams-max");
        }
        if (headerFor.toMillis() < 1 || formFor.toMillis() < 1) {
            throw new IllegalArgumentException("header-for and form-for are at least 1ms");
        }
        if (headerMax.bytes() < HEADER_BYTES_MIN || headerMax.bytes() > HEADER_BYTES_MAX) {
            throw new IllegalArgumentException("header-max is between 4k and 1m");
        }
        if (!idleMax.isPositive() || !exchangeMax.isPositive()) {
            throw new IllegalArgumentException("idle-max and exchange-max are longer than 0s");
        }
    }

    /** These limits, but for those that are set live. */
    HttpLimits with(Overlay live) {
        return new HttpLimits(connectionsMax, requestsMax, requestsPerAddressMax, streamsMax, headerFor, formFor,
            headerMax, live.get(LiveSettings.INFLATED_MAX, inflatedMax), idleMax, rateMin, rateGrace, exchangeMax,
            drainMax, stopNotice, stopMax);
    }
}
