package dev.trine.http;

import dev.trine.common.audit.Audit;
import dev.trine.common.audit.AuditAction;
import dev.trine.common.audit.AuditActor;
import dev.trine.common.audit.AuditEvent;
import dev.trine.common.audit.AuditResult;
import dev.trine.common.model.RequestId;
import dev.trine.common.relay.Exchanged;
import dev.trine.common.relay.GitProgram;
import dev.trine.common.relay.Refusal;
import dev.trine.common.relay.User;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.eclipse.jetty.server.Request;

/**
 * Tells the audit who signs in over HTTP. A client sends his token with each request; who does so again on the same
 * connection, with the same token, has not signed in anew.
 */
record SignIns(Audit audit) {
    private static final String LAST = "dev.trine.http.signedIn";
    private static final String DOOR = "http";
    private static final String TOKEN = "trine_";
    private static final String JWT = "JWT, exchanged for an access token";
    private static final int DIGITS = 16;

    /** The address that a request came from, as far as it is known. */
    static String client(Request request) {
        int port = Request.getRemotePort(request);
        return Request.getRemoteAddr(request) + (port > 0 ? ":" + port : "");
    }

    /** Somebody showed a token that works. */
    void known(Request request, User user) {
        AuditActor actor = user.actor(client(request), DOOR);
        if (!actor.equals(request.getConnectionMetaData().setAttribute(LAST, actor))) {
            audit.record(new AuditEvent(AuditAction.SIGN_IN, AuditResult.OK, actor).inRequest(id(request)));
        }
    }

    /** Somebody showed what does not sign him in. */
    void refused(Request request, String token, String why) {
        audit.record(new AuditEvent(AuditAction.SIGN_IN, AuditResult.REFUSED,
            new AuditActor("", 0, named(token), client(request), DOOR)).because(why).inRequest(id(request)));
    }

    /** A CI job showed a JWT, and got a token or none. */
    void exchanged(Request request, Exchanged what) {
        audit.record(switch (what) {
            case Exchanged.Issued issued -> new AuditEvent(AuditAction.SIGN_IN, AuditResult.OK,
                new AuditActor(issued.name(), 0, JWT, client(request), DOOR)).inRequest(id(request));
            case Exchanged.Refused refused -> new AuditEvent(AuditAction.SIGN_IN, AuditResult.REFUSED,
                new AuditActor("", 0, JWT, client(request), DOOR)).because(refused.why().why()).inRequest(id(request));
        });
    }

    /** Somebody who showed nothing asks for what only users may do. */
    void missing(Request request, AuditAction action, String path) {
        turnedAway(request, action, path, "nobody has signed in");
    }

    /** A request is refused before anybody looks who makes it; kept, if it is for a repository. */
    void turnedAway(Request request, String why) {
        switch (Target.of(request)) {
            case Target.InfoRefs refs -> turnedAway(request, asked(refs.program()), refs.path(), why);
            case Target.Rpc rpc -> turnedAway(request, asked(rpc.program()), rpc.path(), why);
            case Target.Content content -> turnedAway(request, AuditAction.DOWNLOAD, content.path(), why);
            case Target.TokenExchange exchange -> exchanged(request, new Exchanged.Refused(
                new Refusal(Refusal.Kind.OVER_LIMIT, why)));
            case Target.Dumb dumb -> { }
            case Target.Lfs lfs -> { }
            case Target.Health health -> { }
            case Target.Unknown unknown -> { }
        }
    }

    private static AuditAction asked(GitProgram program) {
        return switch (program) {
            case UPLOAD_PACK -> AuditAction.FETCH;
            case RECEIVE_PACK -> AuditAction.PUSH;
        };
    }

    private void turnedAway(Request request, AuditAction action, String path, String why) {
        audit.record(new AuditEvent(action, AuditResult.REFUSED, AuditActor.unknown(client(request), DOOR))
            .at(new AuditEvent.Place(path, "")).because(why).inRequest(id(request)));
    }

    private static String id(Request request) {
        return RequestIds.of(request).map(RequestId::value).orElse("");
    }

    /** A token is known again by the beginning of its hash; of anything else, a password perhaps, nothing is kept. */
    private static String named(String token) {
        try {
            return token.startsWith(TOKEN) ? "access token with SHA-256 " + HexFormat.of().formatHex(MessageDigest
                .getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8))).substring(0, DIGITS) + "..."
                : "no access token of this version";
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
