package dev.trine.http;

import dev.trine.common.relay.Refusal;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** The answer to one request. Nothing that is answered may be cached. Exactly one of the methods ends it. */
final class Answer {
    private static final String PLAIN_TEXT = "text/plain; charset=utf-8";

    private final Request request;
    private final Response response;
    private final Callback callback;

    Answer(Request request, Response response, Callback callback) {
        this.request = request;
        this.response = response;
        this.callback = callback;
        response.getHeaders().put(HttpHeader.EXPIRES, "Fri, 01 Jan 1980 00:00:00 GMT")
            .put(HttpHeader.PRAGMA, "no-cache")
            .put(HttpHeader.CACHE_CONTROL, "no-cache, max-age=0, must-revalidate");
    }

    /** Ends it with one line of text, which git shows to its user. */
    void text(int status, String text) {
        begin(status, PLAIN_TEXT);
        body((text + "\n").getBytes(StandardCharsets.UTF_8));
    }

    /** Ends it: the user may not have that, or not now, and nothing was done. */
    void refuse(Refusal refusal) {
        text(statusOf(refusal.kind()), "trine: " + refusal.why());
    }

    /** Ends it: who asks has to say who he is. */
    void challenge(String why) {
        response.getHeaders().put(HttpHeader.WWW_AUTHENTICATE, "Basic realm=\"Trine\", charset=\"UTF-8\"");
        text(HttpStatus.UNAUTHORIZED_401, "trine: " + why);
    }

    /** Ends it: the path is served, but not by that method. */
    void methodNotAllowed(String allowed) {
        response.getHeaders().put(HttpHeader.ALLOW, allowed);
        text(HttpStatus.METHOD_NOT_ALLOWED_405, "trine: " + request.getMethod() + " is not served here, only "
            + allowed);
    }

    /** Ends it with a body that is known. */
    void whole(String contentType, byte[] body) {
        begin(HttpStatus.OK_200, contentType);
        body(body);
    }

    /** Begins an answer of unknown length; closing its stream and {@link #done} end it. */
    OutputStream stream(String contentType) {
        begin(HttpStatus.OK_200, contentType);
        return Response.asBufferedOutputStream(request, response);
    }

    /** Whether it is too late for another status. */
    boolean isBegun() {
        return response.isCommitted();
    }

    /** Adds a header before the answer is begun. */
    void header(String name, String value) {
        response.getHeaders().put(name, value);
    }

    /** Ends it after its stream was closed. */
    void done() {
        callback.succeeded();
    }

    /** Breaks the connection off, so that the client sees that something is missing. */
    void breakOff(IOException why) {
        callback.failed(new Request.Handler.AbortException(why));
    }

    private void begin(int status, String contentType) {
        response.setStatus(status);
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, contentType);
    }

    private void body(byte[] body) {
        response.write(true, ByteBuffer.wrap(body), callback);
    }

    private static int statusOf(Refusal.Kind kind) {
        return switch (kind) {
            case NOT_FOUND -> HttpStatus.NOT_FOUND_404;
            case DENIED -> HttpStatus.FORBIDDEN_403;
            case MALFORMED -> HttpStatus.BAD_REQUEST_400;
            case UNAVAILABLE -> HttpStatus.SERVICE_UNAVAILABLE_503;
            case OVER_LIMIT -> HttpStatus.TOO_MANY_REQUESTS_429;
        };
    }
}
