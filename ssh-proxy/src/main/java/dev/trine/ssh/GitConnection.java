package dev.trine.ssh;

import java.io.IOException;
import java.util.Optional;
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
    private final SessionLimit limit;
    private final HostKeyRotation rotation;
    private boolean begun; // messages are processed one at a time

    private GitConnection(AbstractServerSession session, SessionLimit limit, HostKeyRotation rotation)
            throws SshException {
        super(session);
        this.limit = limit;
        this.rotation = rotation;
    }

    /** Makes them. */
    static final class Factory extends ServerConnectionServiceFactory {
        private final SessionLimit limit;
        private final HostKeyRotation rotation;

        Factory(SessionLimit limit, HostKeyRotation rotation) {
            this.limit = limit;
            this.rotation = rotation;
        }

        @Override
        public Service create(Session session) throws IOException {
            GitConnection connection = new GitConnection((AbstractServerSession) session, limit, rotation);
            connection.addPortForwardingEventListenerManager(this);
            return connection;
        }
    }

    /** The client's first message is also the first moment when it surely knows that it has signed in. */
    @Override
    public void process(int command, Buffer buffer) throws Exception {
        if (!begun) {
            begun = true;
            Optional<String> refusal = limit.refusalOfUser(getSession());
            if (refusal.isPresent()) {
                SessionLimit.turnAway(getSession(), refusal.get());
                return;
            }
            rotation.announce(getSession());
        }
        Optional<String> tooMany = command == SshConstants.SSH_MSG_CHANNEL_OPEN
            ? limit.refusalOfOperation(channels.size()) : Optional.empty();
        if (tooMany.isPresent()) {
            buffer.getString(); // of which type it would be
            sendChannelOpenFailure(buffer, buffer.getUInt(), SshConstants.SSH_OPEN_RESOURCE_SHORTAGE,
                "trine: " + tooMany.get(), "");
            return;
        }
        super.process(command, buffer);
    }

    /** Only for a running operation: without one, a connection on which nothing happens is to be closed. */
    @Override
    protected boolean sendHeartBeat() {
        return !channels.isEmpty() && super.sendHeartBeat();
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
