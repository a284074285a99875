package dev.trine.ssh;

import dev.trine.common.door.AddressRange;
import java.io.IOException;
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
 * attempt, "none" only asks which methods there are. Lets those wait who have failed before.
 */
final class SignInAttempts extends ServerUserAuthService {
    private static final AttributeKey<Boolean> MADE = new AttributeKey<>();

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

    /** Whether a session tried to sign in; if it has not, then for a reason that lies with the client. */
    static boolean wereMade(ServerSession session) {
        return session.getAttribute(MADE) != null && !KeySignIn.isUndecided(session);
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
