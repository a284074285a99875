package dev.trine.http;

import dev.trine.common.config.Durations;
import dev.trine.common.relay.Exchanged;
import dev.trine.common.relay.Refusal;
import dev.trine.common.relay.RouterClient;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.UrlEncoded;

/**
 * A CI job's request for an access token by a JWT, in the form of RFC 8693 (OAuth 2.0 Token Exchange), with refusals as
 * RFC 6749 has them. Used once, by the request's thread.
 */
final class TokenRequest {
    private static final String FORM = "application/x-www-form-urlencoded";
    private static final String GRANT = "urn:ietf:params:oauth:grant-type:token-exchange";
    private static final String TYPE = "urn:ietf:params:oauth:token-type:";
    private static final Set<String> SUBJECT_TYPES = Set.of(TYPE + "jwt", TYPE + "id_token");
    private static final int BODY_BYTES_MAX = 64 * 1024;
    private static final int PARAMETERS_MAX = 20;
    /** What RFC 6749, section 5.2, does not let into a description. */
    private static final Pattern NOT_SHOWN = Pattern.compile("[^\\x20-\\x7e]|[\"\\\\]");

    private final RouterClient router;
    private final SignIns signIns;
    private final Request request;
    private final Answer answer;
    private final Duration formFor;

    TokenRequest(RouterClient router, SignIns signIns, Duration formFor, Request request, Answer answer) {
        this.formFor = formFor;
        this.router = router;
        this.signIns = signIns;
        this.request = request;
        this.answer = answer;
    }

    /** Why a request is not one; the error is a word of RFC 6749 or RFC 8693. */
    private static final class Malformed extends Exception {
        private static final long serialVersionUID = 1;

        private final int status;
        private final String error;

        Malformed(int status, String error, String sentence) {
            super(sentence);
            this.status = status;
            this.error = error;
        }

        Malformed(String error, String sentence) {
            this(HttpStatus.BAD_REQUEST_400, error, sentence);
        }
    }

    /** Answers it. */
    void run() {
        String subjectToken;
        try {
            subjectToken = subjectToken(formInTime());
        } catch (Malformed malformed) {
            answer.header(HttpHeader.CONNECTION.asString(), "close");
            error(malformed.status, malformed.error, String.valueOf(malformed.getMessage()));
            return;
        } catch (IOException clientGone) {
            answer.breakOff(clientGone);
            return;
        }
        Exchanged exchanged = signIns.audit().refusal()
            .<Exchanged>map(why -> new Exchanged.Refused(new Refusal(Refusal.Kind.UNAVAILABLE, why)))
            .orElseGet(() -> router.exchangeToken(subjectToken, SignIns.client(request)));
        signIns.exchanged(request, exchanged);
        switch (exchanged) {
            case Exchanged.Issued issued -> answer.json(HttpStatus.OK_200, issued(issued));
            case Exchanged.Refused refused -> refuse(refused.why());
        }
    }

    private Map<String, String> formInTime() throws IOException, Malformed {
        try (Deadline deadline = new Deadline(request.getComponents().getScheduler(), formFor)) {
            try {
                return form();
            } catch (InterruptedIOException interrupted) {
                if (deadline.expired().isEmpty()) {
                    throw interrupted;
                }
                throw new Malformed(HttpStatus.REQUEST_TIMEOUT_408, "invalid_request", "the request took longer than "
                    + Durations.format(formFor) + " to arrive (limits.form-for)");
            }
        }
    }

    private Map<String, String> form() throws IOException, Malformed {
        String type = request.getHeaders().get(HttpHeader.CONTENT_TYPE);
        if (type == null || !type.split(";", 2)[0].strip().equalsIgnoreCase(FORM)) {
            throw new Malformed(HttpStatus.UNSUPPORTED_MEDIA_TYPE_415, "invalid_request", "the Content-Type is not "
                + FORM);
        }
        byte[] body;
        try (InputStream in = Request.asInputStream(request)) {
            body = in.readNBytes(BODY_BYTES_MAX + 1);
        }
        if (body.length > BODY_BYTES_MAX) {
            throw new Malformed(HttpStatus.PAYLOAD_TOO_LARGE_413, "invalid_request", "the request is longer than "
                + BODY_BYTES_MAX + " bytes, the limit here");
        }
        Map<String, String> form = new HashMap<>();
        try {
            UrlEncoded.decodeTo(new String(body, StandardCharsets.US_ASCII), (name, value) ->
                form.merge(name, value, (one, other) -> {
                    throw new IllegalArgumentException("a parameter comes twice");
                }), StandardCharsets.UTF_8, PARAMETERS_MAX);
        } catch (IllegalArgumentException | IllegalStateException notAForm) {
            throw new Malformed("invalid_request", "the body is no form with at most " + PARAMETERS_MAX
                + " parameters, each once");
        }
        return form;
    }

    private static String subjectToken(Map<String, String> form) throws Malformed {
        if (!GRANT.equals(form.get("grant_type"))) {
            throw new Malformed("unsupported_grant_type", "grant_type must be " + GRANT);
        }
        if (!SUBJECT_TYPES.contains(form.getOrDefault("subject_token_type", ""))) {
            throw new Malformed("invalid_request", "subject_token_type must be " + TYPE + "jwt or " + TYPE
                + "id_token");
        }
        String wanted = form.getOrDefault("requested_token_type", TYPE + "access_token");
        if (!wanted.equals(TYPE + "access_token")) {
            throw new Malformed("invalid_request", "only access tokens are given; leave requested_token_type out");
        }
        if (form.containsKey("actor_token")) {
            throw new Malformed("invalid_request", "nobody acts for another here; leave actor_token out");
        }
        return Optional.ofNullable(form.get("subject_token")).filter(token -> !token.isEmpty())
            .orElseThrow(() -> new Malformed("invalid_request", "subject_token is missing: the JWT of the CI job"));
    }

    private static Map<String, Object> issued(Exchanged.Issued issued) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("access_token", issued.secret());
        json.put("issued_token_type", TYPE + "access_token");
        json.put("token_type", "Bearer");
        json.put("expires_in", issued.life().toSeconds());
        return json;
    }

    private void refuse(Refusal why) {
        switch (why.kind()) {
            case NOT_FOUND -> error(HttpStatus.NOT_FOUND_404, "invalid_request", why.why());
            case DENIED, MALFORMED -> error(HttpStatus.BAD_REQUEST_400, "invalid_request", why.why());
            case UNAVAILABLE -> again(HttpStatus.SERVICE_UNAVAILABLE_503, why.why());
            case OVER_LIMIT -> again(HttpStatus.TOO_MANY_REQUESTS_429, why.why());
        }
    }

    private void again(int status, String sentence) {
        answer.header(HttpHeader.RETRY_AFTER.asString(), "30");
        error(status, "temporarily_unavailable", sentence);
    }

    private void error(int status, String error, String sentence) {
        answer.log(status, sentence);
        answer.json(status, Map.of("error", error, "error_description",
            NOT_SHOWN.matcher("trine: " + sentence).replaceAll("?")));
    }
}
