package dev.trine.ssh;

import java.io.IOException;
import org.apache.sshd.common.Service;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.SshException;
import org.apache.sshd.common.io.IoWriteFuture;
import org.apache.sshd.common.session.Session;
import org.apache.sshd.common.util.buffer.Buffer;
import org.apache.sshd.server.session.AbstractServerSession;
import org.apache.sshd.server.session.ServerConnectionService;
import org.apache.sshd.server.session.ServerConnectionServiceFactory;

/** A connection of a user who has signed in. Channels of other kinds than a session, such as forwarding, never open. */
final class GitConnection extends ServerConnectionService {
    private GitConnection(AbstractServerSession session) throws SshException {
        super(session);
    }

    /** Makes them. */
    static final class Factory extends ServerConnectionServiceFactory {
        @Override
        public Service create(Session session) throws IOException {
            GitConnection connection = new GitConnection((AbstractServerSession) session);
            connection.addPortForwardingEventListenerManager(this);
            return connection;
        }
    }

    @Override
    protected IoWriteFuture sendChannelOpenFailure(Buffer buffer, long sender, int reason, String message,
                                                   String language) throws IOException {
        return reason != SshConstants.SSH_OPEN_UNKNOWN_CHANNEL_TYPE
            ? super.sendChannelOpenFailure(buffer, sender, reason, message, language)
            : super.sendChannelOpenFailure(buffer, sender, SshConstants.SSH_OPEN_ADMINISTRATIVELY_PROHIBITED,
                "trine: forwarding is not served here; use git clone, fetch and push with ssh://HOST/GROUP/NAME.git",
                language);
    }
}
