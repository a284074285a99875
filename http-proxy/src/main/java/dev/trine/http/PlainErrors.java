package dev.trine.http;

import dev.trine.common.config.ByteSize;
import dev.trine.common.model.RequestId;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.random.RandomGenerator;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says in one line of text what went wrong before, or outside, the handling of a request, and notes it in the log. A
 * request that was no proper HTTP gets its id here.
 */
final class PlainErrors implements Request.Handler {
    private static final Logger LOG = LoggerFactory.getLogger(PlainErrors.class);

    private final ByteSize headerMax;
    private final RandomGenerator random = new SecureRandom();

    PlainErrors(ByteSize headerMax) {
        this.headerMax = headerMax;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        int status = response.getStatus();
        RequestId id = RequestIds.of(request).orElseGet(() -> RequestId.random(random));
        log(id, status, request);
        response.getHeaders().put(RequestIds.HEADER, id.value())
            .put(HttpHeader.CONTENT_TYPE, "text/plain; charset=" + StandardCharsets.UTF_8.name());
        boolean stops = status == HttpStatus.SERVICE_UNAVAILABLE_503;
        if (stops) {
            response.getHeaders().put(HttpHeader.RETRY_AFTER, Answer.RETRY_SECONDS);
        }
        Content.Sink.write(response, true, id.on("trine: " + sentence(status)) + "\n", callback);
        return true;
    }

    private String sentence(int status) {
        return switch (status) {
            case HttpStatus.SERVICE_UNAVAILABLE_503 -> "this proxy stops; try again";
            case HttpStatus.URI_TOO_LONG_414, HttpStatus.REQUEST_HEADER_FIELDS_TOO_LARGE_431 -> "the request's line and"
                + " headers have more than " + headerMax + ", the limit of this proxy (limits.header-max)";
            case HttpStatus.BAD_REQUEST_400 -> "this is no proper HTTP request, or its URL has an encoded slash, an"
                + " empty or '..' segment, or a '%' that is no code; write it as /GROUP/NAME.git";
            default -> HttpStatus.getMessage(status);
        };
    }

    private static void log(RequestId id, int status, Request request) {
        if (HttpStatus.isServerError(status)
            && request.getAttribute(ErrorHandler.ERROR_EXCEPTION) instanceof Throwable defect) {
            LOG.atError().addKeyValue("request", id).addKeyValue("status", status).setCause(defect)
                .log("a request failed");
        } else {
            LOG.atInfo().addKeyValue("request", id).addKeyValue("status", status)
                .addKeyValue("client", Request.getRemoteAddr(request)).log("request not served");
        }
    }
}
