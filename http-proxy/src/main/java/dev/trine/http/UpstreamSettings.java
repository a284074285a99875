package dev.trine.http;

import dev.trine.common.config.ByteSize;
import dev.trine.common.config.Default;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * How requests are carried to upstreams: older Git hosts that serve some repositories still.
 *
 * @param secretsDir  directory of files, each named as an upstream, with "user:password" for Basic or a token for
 *                    Bearer; read for each request
 * @param authority   certificates, in PEM format, of CAs that are believed beside those that Java trusts
 * @param requestsMax requests that are carried there at a time; further ones are refused
 * @param connectMax  longest wait for a connection
 * @param answerMax   longest wait for the beginning of a ref advertisement
 * @param idleMax     a connection on which no byte moves for that long is closed
 * @param headerMax   bytes of an answer's status line and headers
 */
public record UpstreamSettings(Optional<Path> secretsDir, Optional<Path> authority,
                               @Default("256") int requestsMax, @Default("10s") Duration connectMax,
                               @Default("30s") Duration answerMax, @Default("10m") Duration idleMax,
                               @Default("16k") ByteSize headerMax) {
    private static final int REQUESTS_MAX = 100_000;
    private static final long HEADER_BYTES_MIN = 4 * 1024;
    private static final long HEADER_BYTES_MAX = 1024 * 1024;

    public UpstreamSettings {
        if (requestsMax < 0 || requestsMax > REQUESTS_MAX) {
            throw new IllegalArgumentException("requests-max is between 0 and " + REQUESTS_MAX);
        }
        if (!connectMax.isPositive() || !answerMax.isPositive() || !idleMax.isPositive()) {
            throw new IllegalArgumentException("connect-max, answer-max and idle-max are longer than 0s");
        }
        if (headerMax.bytes() < HEADER_BYTES_MIN || headerMax.bytes() > HEADER_BYTES_MAX) {
            throw new IllegalArgumentException("header-max is between 4k and 1m");
        }
    }
}
