package dev.trine.http;

import java.util.Arrays;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** Refuses a request that has been here before: its header Via (RFC 9110, 7.6.3) names this installation. */
final class LoopGuard extends Handler.Wrapper {
    private final String pseudonym;

    LoopGuard(String pseudonym, Handler handler) {
        super(handler);
        this.pseudonym = pseudonym;
    }

    /** Whether a request with those headers has passed through a proxy of that name. */
    static boolean passed(HttpFields headers, String pseudonym) {
        return headers.getValuesList(HttpHeader.VIA).stream().flatMap(value -> Arrays.stream(value.split(",")))
            .map(hop -> hop.strip().split("\\s+"))
            .anyMatch(hop -> hop.length > 1 && hop[1].equalsIgnoreCase(pseudonym));
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        if (!passed(request.getHeaders(), pseudonym)) {
            return super.handle(request, response, callback);
        }
        new Answer(request, response, callback).text(HttpStatus.LOOP_DETECTED_508, "trine: this request has been here"
            + " before (Via: " + pseudonym + "): something that it was passed on to sends it back, and is to be"
            + " corrected; if that is another installation of Trine, give each its own name (via)");
        return true;
    }
}
