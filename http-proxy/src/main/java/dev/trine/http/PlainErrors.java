package dev.trine.http;

import java.nio.charset.StandardCharsets;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** Says in one line of text what went wrong before, or outside, the handling of a request. */
final class PlainErrors implements Request.Handler {
    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, "text/plain; charset=" + StandardCharsets.UTF_8.name());
        Content.Sink.write(response, true, "trine: " + HttpStatus.getMessage(response.getStatus()) + "\n", callback);
        return true;
    }
}
