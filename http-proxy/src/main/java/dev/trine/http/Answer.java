package dev.trine.http;

import dev.trine.common.door.TerminalText;
import dev.trine.common.model.RequestId;
import dev.trine.common.relay.Refusal;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.json.JsonMapper;

/** The answer to one request. Nothing that is answered may be cached. Exactly one of the methods ends it. */
final class Answer {
    private static final Logger LOG = LoggerFactory.getLogger(Answer.class);
    private static final String CHALLENGE = "Basic realm=\"Trine\", charset=\"UTF-8\"";
    private static final String SIGN_IN =
        "sign in with an access token as the password; the user name may be anything";
    /** When who was refused for a while may come again. */
    static final String RETRY_SECONDS = "5";
    private static final String PLAIN_TEXT = "text/plain; charset=utf-8";
    private static final JsonMapper JSON = new JsonMapper();

    private final Request request;
    private final Response response;
    private final Callback callback;
    private final RequestId id;
    private final String notice;

    /** Nothing is answered yet; below a refusal stands no notice. */
    Answer(Request request, Response response, Callback callback) {
        this(request, response, callback, "");
    }

    /**
     * Nothing is answered yet.
     *
     * @param notice what is told below each refusal; empty: nothing
     */
    Answer(Request request, Response response, Callback callback, String notice) {
        this.notice = notice;
        this.request = request;
        this.response = response;
        this.callback = callback;
        this.id = RequestIds.of(request).orElseThrow();
        response.getHeaders().put(HttpHeader.EXPIRES, "Fri, 01 Jan 1980 00:00:00 GMT")
            .put(HttpHeader.PRAGMA, "no-cache")
            .put(HttpHeader.CACHE_CONTROL, "no-cache, max-age=0, must-revalidate");
    }

    /** What the request is called. */
    RequestId id() {
        return id;
    }

    /**
     * Ends it with one line of text, which git shows to its user; of what failed it names the request, as the log. The
     * notice stands below it.
     */
    void text(int status, String text) {
        if (HttpStatus.isSuccess(status)) {
            line(status, text);
        } else {
            log(status, text);
            line(status, id.on(TerminalText.line(text)) + (notice.isEmpty() ? "" : "\n" + TerminalText.lines(notice)));
        }
    }

    /** Notes that the client is told of a failure. */
    void log(int status, String why) {
        LOG.atInfo().addKeyValue("request", id).addKeyValue("status", status)
            .addKeyValue("client", Request.getRemoteAddr(request)).addKeyValue("method", request.getMethod())
            .addKeyValue("path", TerminalText.line(String.valueOf(request.getHttpURI().getPath())))
            .addKeyValue("why", TerminalText.line(why)).log("request refused");
    }

    /** Ends it: the user may not have that, or not now, and nothing was done. */
    void refuse(Refusal refusal) {
        text(statusOf(refusal.kind()), "trine: " + refusal.why());
    }

    /** Ends it: who asks has to say who he is. So begins every conversation of git; no line in the log is due. */
    void challenge() {
        response.getHeaders().put(HttpHeader.WWW_AUTHENTICATE, CHALLENGE);
        line(HttpStatus.UNAUTHORIZED_401, id.on("trine: " + SIGN_IN));
    }

    /** Ends it: what he says of who he is is not so. */
    void deny(String why) {
        response.getHeaders().put(HttpHeader.WWW_AUTHENTICATE, CHALLENGE);
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

    /** Ends it without a body. */
    void empty(int status) {
        response.setStatus(status);
        response.write(true, ByteBuffer.allocate(0), callback);
    }

    /** Ends it with a JSON object that nobody may keep (RFC 6749, section 5). */
    void json(int status, Map<String, ?> object) {
        response.getHeaders().put(HttpHeader.CACHE_CONTROL, "no-store");
        begin(status, "application/json");
        body(JSON.writeValueAsBytes(object));
    }

    /** Begins an answer of unknown length; closing its stream and {@link #done} end it. */
    OutputStream stream(String contentType) {
        return stream(HttpStatus.OK_200, contentType);
    }

    /** As {@link #stream(String)}, with another status. */
    OutputStream stream(int status, String contentType) {
        begin(status, contentType);
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

    private void line(int status, String text) {
        boolean later = status == HttpStatus.TOO_MANY_REQUESTS_429 || status == HttpStatus.SERVICE_UNAVAILABLE_503;
        if (later && !response.getHeaders().contains(HttpHeader.RETRY_AFTER)) {
            response.getHeaders().put(HttpHeader.RETRY_AFTER, RETRY_SECONDS);
        }
        begin(status, PLAIN_TEXT);
        body((text + "\n").getBytes(StandardCharsets.UTF_8));
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
