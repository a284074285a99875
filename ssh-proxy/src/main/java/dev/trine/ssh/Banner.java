package dev.trine.ssh;

import dev.trine.common.door.TerminalText;
import java.io.IOException;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.util.buffer.Buffer;
import org.apache.sshd.server.session.ServerSession;

/** Tells a client something that has not signed in yet (RFC 4252, section 5.4); ssh prints it on standard error. */
final class Banner {
    private Banner() {
    }

    /** Sends lines of text. */
    static void send(ServerSession session, String text) throws IOException {
        Buffer buffer = session.createBuffer(SshConstants.SSH_MSG_USERAUTH_BANNER);
        buffer.putString(TerminalText.lines(text) + "\n");
        buffer.putString(""); // language
        session.writePacket(buffer);
    }

    /** Says in a sentence why a sign-in is refused. */
    static void refuse(ServerSession session, String why) throws IOException {
        SshAudit.wasTold(session, why);
        send(session, "trine: " + TerminalText.line(why));
    }
}
