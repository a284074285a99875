package dev.trine.ssh;

import dev.trine.common.audit.Audit;
import dev.trine.common.audit.AuditAction;
import dev.trine.common.audit.AuditActor;
import dev.trine.common.audit.AuditEvent;
import dev.trine.common.audit.AuditEvent.Place;
import dev.trine.common.audit.AuditResult;
import dev.trine.common.audit.TurnedAway;
import dev.trine.common.model.RequestId;
import java.net.SocketAddress;
import java.security.PublicKey;
import java.util.Map;
import java.util.Objects;
import org.apache.sshd.common.AttributeRepository.AttributeKey;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.config.keys.OpenSshCertificate;
import org.apache.sshd.server.session.ServerSession;

/**
 * Tells the audit what happens at the SSH door beside exchanges, which the relay tells. Any thread.
 *
 * @param turnedAway which of those that may not even try are told
 */
record SshAudit(Audit audit, TurnedAway turnedAway) {
    private static final AttributeKey<String> TRIED = new AttributeKey<>();
    private static final AttributeKey<String> WHY = new AttributeKey<>();
    private static final String DOOR = "ssh";

    /** A client tries a key or certificate. */
    static void tries(ServerSession session, PublicKey key) {
        session.setAttribute(TRIED, key instanceof OpenSshCertificate certificate
            ? "certificate " + certificate.getId() + " serial " + Long.toUnsignedString(certificate.getSerial())
            : "key " + KeyUtils.getFingerPrint(key));
        session.removeAttribute(WHY);
    }

    /** A client is asked to sign with the key that it tries, which is all that it lacks. */
    static void asksToSign(ServerSession session) {
        wasTold(session, "the client did not sign with the key, which is known");
    }

    /** A client was told why that will not do. */
    static void wasTold(ServerSession session, String why) {
        session.setAttribute(WHY, why);
    }

    /** A client has signed in. */
    void signedIn(ServerSession session) {
        audit.record(new AuditEvent(AuditAction.SIGN_IN, AuditResult.OK, user(session)));
    }

    /** A client tried, and went without having signed in. */
    void failed(ServerSession session) {
        String why = session.getAttribute(TRIED) == null
            ? "no key was tried of a type that is served here, and nothing else signs anybody in"
            : "the key is nobody's, or its signature is wrong";
        audit.record(signIn(session, Objects.requireNonNullElse(session.getAttribute(WHY), why)));
    }

    /** With a client that failed begins what its address hears from now on. */
    void banned(ServerSession session, String why) {
        audit.record(signIn(session, why));
    }

    /** A client may not even try; that is not kept of each of many. */
    void turnedAway(ServerSession session, String why) {
        turnedAway.comes(client(session)).ifPresent(count -> audit.record(signIn(session, count == 1 ? why
            : why + " (" + count + " connections from there since the last such line)")));
    }

    /** A client that has signed in may not go on. */
    void stopped(ServerSession session, String why) {
        audit.record(new AuditEvent(AuditAction.SIGN_IN, AuditResult.REFUSED, user(session)).because(why));
    }

    /** One of Git's programs was refused before anybody was asked for it. */
    void refused(ServerSession session, CommandLine command, RequestId request, String why) {
        AuditAction action = switch (command.program()) {
            case UPLOAD_PACK -> AuditAction.FETCH;
            case RECEIVE_PACK -> AuditAction.PUSH;
        };
        audit.record(new AuditEvent(action, AuditResult.REFUSED, user(session))
            .at(new Place(command.path(), "")).because(why).inRequest(request.value()));
    }

    /** A command that is not served. */
    void unknownCommand(ServerSession session, RequestId request, String command) {
        audit.record(new AuditEvent(AuditAction.COMMAND, AuditResult.REFUSED, user(session))
            .with(Map.of("command", command)).because("it is not served").inRequest(request.value()));
    }

    /** A command made what was asked for. */
    void created(ServerSession session, RequestId request, String command, String path) {
        audit.record(new AuditEvent(AuditAction.COMMAND, AuditResult.OK, user(session))
            .with(Map.of("command", command)).at(new Place(path, "")).inRequest(request.value()));
    }

    /** A command that is served was refused. */
    void refused(ServerSession session, RequestId request, String command, String path, String why) {
        audit.record(new AuditEvent(AuditAction.COMMAND, AuditResult.REFUSED, user(session))
            .with(Map.of("command", command)).at(new Place(path, "")).because(why).inRequest(request.value()));
    }

    private static AuditEvent signIn(ServerSession session, String why) {
        String tried = session.getAttribute(TRIED);
        return new AuditEvent(AuditAction.SIGN_IN, AuditResult.REFUSED,
            new AuditActor("", 0, tried == null ? "" : tried, client(session), DOOR)).because(why);
    }

    private static AuditActor user(ServerSession session) {
        return KeySignIn.userOf(session).actor(client(session), DOOR);
    }

    private static String client(ServerSession session) {
        SocketAddress address = session.getClientAddress();
        return address == null ? "" : address.toString();
    }
}
