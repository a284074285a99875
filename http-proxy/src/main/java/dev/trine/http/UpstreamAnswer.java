package dev.trine.http;

import dev.trine.common.relay.Upstream;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;
import org.eclipse.jetty.client.Response;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;

/** What an upstream's answer, or its silence, means to the client. */
final class UpstreamAnswer {
    private UpstreamAnswer() {
    }

    /**
     * Makes sure that the upstream serves the request.
     *
     * @param type that the answer must have
     * @throws UpstreamFault it does not
     */
    static void check(Upstream upstream, Response response, String type) throws UpstreamFault {
        int status = response.getStatus();
        if (status != HttpStatus.OK_200) {
            throw new UpstreamFault(statusFor(status), sentence(upstream, status),
                Optional.ofNullable(response.getHeaders().get(HttpHeader.RETRY_AFTER)));
        }
        String said = response.getHeaders().get(HttpHeader.CONTENT_TYPE);
        if (said == null || !said.split(";", 2)[0].strip().equals(type)) {
            throw new UpstreamFault(HttpStatus.BAD_GATEWAY_502, "upstream " + upstream.name() + " does not answer in"
                + " Git's smart HTTP; its base URL may be wrong: ask an administrator");
        }
    }

    /** A challenge of the upstream is none of ours: the client would throw away what it signs in with here. */
    private static int statusFor(int status) {
        return switch (status) {
            case HttpStatus.UNAUTHORIZED_401, HttpStatus.PROXY_AUTHENTICATION_REQUIRED_407 ->
                HttpStatus.BAD_GATEWAY_502;
            case HttpStatus.SERVICE_UNAVAILABLE_503, HttpStatus.GATEWAY_TIMEOUT_504 -> status;
            default -> HttpStatus.isClientError(status) ? status : HttpStatus.BAD_GATEWAY_502;
        };
    }

    private static String sentence(Upstream upstream, int status) {
        String host = "upstream " + upstream.name();
        return switch (status) {
            case HttpStatus.UNAUTHORIZED_401, HttpStatus.PROXY_AUTHENTICATION_REQUIRED_407 -> host + " does not accept"
                + " the credential that it was shown (" + status + "): ask an administrator";
            case HttpStatus.FORBIDDEN_403 -> host + " does not allow that (403)";
            case HttpStatus.NOT_FOUND_404 -> host + " has no repository " + upstream.path() + " (404)";
            default -> HttpStatus.isRedirection(status) ? host + " redirects (" + status + "), which is not followed;"
                + " its base URL may be wrong: ask an administrator"
                : host + " answers " + status + "; try again later";
        };
    }

    /** What came of a request that was not answered. */
    static UpstreamFault fault(Upstream upstream, Throwable why) {
        String host = "upstream " + upstream.name();
        for (Throwable cause = why; cause != null; cause = cause.getCause()) {
            if (cause instanceof TimeoutException || cause instanceof java.net.SocketTimeoutException) {
                return new UpstreamFault(HttpStatus.GATEWAY_TIMEOUT_504, host + " does not answer; try again later");
            }
            if (cause instanceof SSLException) {
                return new UpstreamFault(HttpStatus.BAD_GATEWAY_502, host + " cannot be trusted: its certificate or TLS"
                    + " is not good; ask an administrator");
            }
        }
        return new UpstreamFault(HttpStatus.BAD_GATEWAY_502, host
            + " cannot be reached, or broke off; try again later");
    }
}
