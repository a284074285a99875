package dev.trine.ssh;

import java.io.IOException;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.session.Session;
import org.apache.sshd.common.session.SessionListener;
import org.apache.sshd.server.SshServer;

/** Turns connections away when there are too many. */
final class SessionLimit implements SessionListener {
    private final SshServer server;
    private final int sessionsMax;

    SessionLimit(SshServer server, int sessionsMax) {
        this.server = server;
        this.sessionsMax = sessionsMax;
    }

    @Override
    public void sessionEstablished(Session session) {
        if (server.getActiveSessions().size() <= sessionsMax) {
            return;
        }
        try {
            session.disconnect(SshConstants.SSH2_DISCONNECT_TOO_MANY_CONNECTIONS,
                "trine: " + sessionsMax + " connections are open, which is the limit; try again");
        } catch (IOException e) {
            session.close(true);
        }
    }
}
