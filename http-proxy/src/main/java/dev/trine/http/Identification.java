package dev.trine.http;

import dev.trine.common.relay.Identified;
import dev.trine.common.relay.RouterClient;
import dev.trine.common.relay.User;
import java.time.Duration;
import java.util.Optional;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;

/** Finds out who sends a request, and tells the audit. Called by many threads. */
final class Identification {
    private static final String UNKNOWN_TOKEN = "the access token is not known here, or was revoked, or has expired";

    private final RouterClient router;
    private final SignIns signIns;
    private final Duration formFor;

    /**
     * Asks the router.
     *
     * @param formFor how long the form may take in which a token is asked for
     */
    Identification(RouterClient router, SignIns signIns, Duration formFor) {
        this.formFor = formFor;
        this.router = router;
        this.signIns = signIns;
    }

    /** Who it is, possibly nobody in particular; empty: that could not be found out, and the answer says why. */
    Optional<User> user(Request request, Answer answer) {
        Optional<String> token = Credential.token(Optional.ofNullable(
            request.getHeaders().get(HttpHeader.AUTHORIZATION)));
        if (token.isEmpty()) {
            return Optional.of(User.ANONYMOUS);
        }
        return switch (router.identifyToken(token.get())) {
            case Identified.Nobody nobody -> {
                signIns.refused(request, token.get(), UNKNOWN_TOKEN);
                answer.deny(UNKNOWN_TOKEN);
                yield Optional.empty();
            }
            case Identified.Unavailable unavailable -> {
                signIns.refused(request, token.get(), unavailable.why());
                answer.text(HttpStatus.SERVICE_UNAVAILABLE_503, "trine: " + unavailable.why());
                yield Optional.empty();
            }
            case Identified.Known known -> {
                signIns.known(request, known.user());
                yield Optional.of(known.user());
            }
        };
    }

    /** Answers a CI job that shows its JWT for a short token. */
    void exchange(Request request, Answer answer) {
        new TokenRequest(router, signIns, formFor, request, answer).run();
    }
}
