package dev.trine.ssh;

import dev.trine.common.door.AddressRange;
import java.io.IOException;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.sshd.common.AttributeRepository.AttributeKey;
import org.apache.sshd.common.Service;
import org.apache.sshd.common.session.Session;
import org.apache.sshd.common.util.buffer.Buffer;
import org.apache.sshd.server.auth.UserAuthNoneFactory;
import org.apache.sshd.server.session.ServerSession;
import org.apache.sshd.server.session.ServerUserAuthService;
import org.apache.sshd.server.session.ServerUserAuthServiceFactory;

/**
 * What one connection tries in order to sign in (RFC 4252), by methods that are not served, too: a password is an
 * attempt, "none" only asks which methods there are. An attempt fails unless it ends with the question to sign with the
 * key that was offered. Lets those wait who have failed before.
 */
final class SignInAttempts extends ServerUserAuthService {
    private static final AttributeKey<Boolean> MADE = new AttributeKey<>();
    private static final AttributeKey<Integer> FAILED = new AttributeKey<>();

    private final FailedSignIns failed;
    private boolean attempt; // messages are handled one at a time

    private SignInAttempts(Session session, FailedSignIns failed) throws IOException {
        super(session);
        this.failed = failed;
    }

    /** Makes them. */
    static final class Factory extends ServerUserAuthServiceFactory {
        private final FailedSignIns failed;

        Factory(FailedSignIns failed) {
            this.failed = failed;
        }

        @Override
        public Service create(Session session) throws IOException {
            return new SignInAttempts(session, failed);
        }
    }

    /** Whether a session tried to sign in. */
    static boolean wereMade(ServerSession session) {
        return session.getAttribute(MADE) != null;
    }

    /** Whether a session tried something that does not sign anybody in, as far as somebody could judge that. */
    static boolean haveFailed(ServerSession session) {
        return failures(session) > 0 && !KeySignIn.isUndecided(session);
    }

    private static int failures(ServerSession session) {
        return Objects.requireNonNullElse(session.getAttribute(FAILED), 0);
    }

    /** The attempt under way ends with the question to sign; who does not sign then has guessed nothing. */
    static void asksToSign(ServerSession session) {
        session.setAttribute(FAILED, failures(session) - 1);
    }

    @Override
    protected boolean handleUserAuthRequestMessage(ServerSession session, Buffer buffer,
                                                   AtomicReference<Boolean> outcome) throws Exception {
        int start = buffer.rpos();
        buffer.getString(); // as whom
        buffer.getString(); // for which service
        attempt = !buffer.getString().equals(UserAuthNoneFactory.NAME);
        buffer.rpos(start);
        if (attempt) {
            session.setAttribute(MADE, true);
            session.setAttribute(FAILED, failures(session) + 1); // until it is known better
        }
        return super.handleUserAuthRequestMessage(session, buffer, outcome);
    }

    @Override
    protected void handleAuthenticationFailure(int command, Buffer buffer) throws Exception {
        if (attempt && !KeySignIn.isUndecided(getSession())) {
            AddressRange.of(getSession().getClientAddress()).ifPresent(failed::pause);
        }
        super.handleAuthenticationFailure(command, buffer);
    }
}
