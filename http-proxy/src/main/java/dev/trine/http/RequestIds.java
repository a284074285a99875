package dev.trine.http;

import dev.trine.common.model.RequestId;
import dev.trine.common.rpc.TraceContext;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * Gives every request its id: the one that the client sent, if it is fit to be one, else one of ours. The answer echoes
 * it. A W3C trace context that the client sent goes along to whatever is called for the request; where it is malformed,
 * a new one does.
 */
final class RequestIds extends Handler.Wrapper {
    /** The header that carries it, both ways. */
    static final String HEADER = "X-Request-Id";
    private static final String ATTRIBUTE = RequestIds.class.getName();

    private final RandomGenerator random = new SecureRandom();

    RequestIds(Handler handler) {
        super(handler);
    }

    /** The id of a request; empty if it never came so far, because it is no proper HTTP. */
    static Optional<RequestId> of(Request request) {
        return Optional.ofNullable((RequestId) request.getAttribute(ATTRIBUTE));
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        HttpFields sent = request.getHeaders();
        RequestId id = Optional.ofNullable(sent.get(HEADER)).flatMap(RequestId::chosen)
            .orElseGet(() -> RequestId.random(random));
        request.setAttribute(ATTRIBUTE, id);
        response.getHeaders().put(HEADER, id.value());
        Optional<TraceContext> trace = trace(sent);
        return trace.isPresent() ? trace.get().call(() -> super.handle(request, response, callback))
            : super.handle(request, response, callback);
    }

    /** What cannot be read, or comes twice, is dropped, and a new trace begins in its place. */
    private Optional<TraceContext> trace(HttpFields sent) {
        List<String> parents = sent.getValuesList(TraceContext.PARENT_HEADER);
        String states = String.join(",", sent.getValuesList(TraceContext.STATE_HEADER));
        return parents.isEmpty() ? Optional.empty()
            : Optional.of(Optional.of(parents).filter(sole -> sole.size() == 1)
                .flatMap(sole -> TraceContext.parse(sole.getFirst(), states))
                .orElseGet(() -> TraceContext.random(random)));
    }
}
