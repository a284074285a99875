package dev.trine.ssh;

import java.io.IOException;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.session.Session;
import org.apache.sshd.common.session.SessionListener;
import org.apache.sshd.server.SshServer;

/** Turns connections away when there are too many, or the proxy stops. */
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
        if (exchanges.isStopping()) {
            turnAway(session, SshConstants.SSH2_DISCONNECT_SERVICE_NOT_AVAILABLE, "this proxy stops; try again");
        } else if (server.getActiveSessions().size() > sessionsMax) {
            turnAway(session, SshConstants.SSH2_DISCONNECT_TOO_MANY_CONNECTIONS,
                sessionsMax + " connections are open, which is the limit; try again");
        }
    }

    private static void turnAway(Session session, int reason, String why) {
        try {
            session.disconnect(reason, "trine: " + why);
        } catch (IOException e) {
            session.close(true);
        }
    }
}
