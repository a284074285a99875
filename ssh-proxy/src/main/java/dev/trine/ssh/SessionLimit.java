package dev.trine.ssh;

import java.io.IOException;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.session.Session;
import org.apache.sshd.common.session.SessionListener;
import org.apache.sshd.server.SshServer;

/** Turns connections away when there are too many; says who has come and who is gone. */
final class SessionLimit implements SessionListener {
    private final SshServer server;
    private final Exchanges exchanges;
    private final int sessionsMax;

    SessionLimit(SshServer server, Exchanges exchanges, int sessionsMax) {
        this.server = server;
        this.exchanges = exchanges;
        this.sessionsMax = sessionsMax;
    }

    @Override
    public void sessionEstablished(Session session) {
        if (server.getActiveSessions().size() > sessionsMax) {
            turnAway(session);
        } else {
            exchanges.arrives(session);
        }
    }

    @Override
    public void sessionClosed(Session session) {
        exchanges.leaves(session);
    }

    private void turnAway(Session session) {
        try {
            session.disconnect(SshConstants.SSH2_DISCONNECT_TOO_MANY_CONNECTIONS,
                "trine: " + sessionsMax + " connections are open, which is the limit; try again");
        } catch (IOException e) {
            session.close(true);
        }
    }
}
